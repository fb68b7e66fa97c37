
"use strict";
// The page is complete without this script, which adds what moves: ways through the graph, filters, zoom, the theme.
(() => {
  const find = (id) => document.getElementById(id);
  const { ways, names } = JSON.parse(find("data").textContent);
  const svg = find("graph"), scroll = find("scroll"), root = document.documentElement;
  const rows = [...document.querySelectorAll("tbody tr")];
  const nodes = [...svg.querySelectorAll(".node")], edges = [];
  svg.querySelectorAll(".edge").forEach((edge) => { edges[Number(edge.dataset.edge)] = edge; });
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));
  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  let shownWay = null, onlyNode = null, scale = 1;

  // The way of one requirement: its nodes and edges are lit, all others fade.
  function showWay(number) {
    shownWay = number;
    const [litNodes, litEdges] = number === null ? [new Set(), new Set()] : ways[number].map((list) => new Set(list));
    const light = (items, lit) => items.forEach((item, place) => item.classList.toggle("lit", lit.has(place)));
    light(nodes, litNodes);
    light(edges, litEdges);
    // What comes later is painted above what came before.
    edges.forEach((edge, place) => { if (litEdges.has(place)) nodes[0].before(edge); });
    svg.classList.toggle("has-way", number !== null);
    rows.forEach((row, place) => {
      row.classList.toggle("current", place === number);
      press(row.querySelector(".version button"), place === number);
    });
    if (number !== null) bringIntoView(litNodes, Number(rows[number].dataset.holder));
  }

  // Scroll the graph, and only when it is out of sight the page, to where the way is, or at least who needs the version.
  function bringIntoView(lit, holder) {
    const picture = find("picture").getBoundingClientRect();
    if (picture.bottom < 80 || picture.top > innerHeight - 80) find("picture").scrollIntoView({ block: "start" });
    const frame = scroll.getBoundingClientRect();
    const boxes = nodes.filter((node, place) => lit.has(place)).map((node) => node.getBoundingClientRect());
    const own = nodes[holder].getBoundingClientRect();
    // How far to scroll so that from..to is seen; when that is more than there is room for, the holder is.
    const shift = (from, to, low, high, start, end) =>
      from >= start && to <= end ? 0
        : to - from <= end - start ? (from + to - start - end) / 2
        : low - start - Math.min(120, (end - start - (high - low)) / 3);
    scroll.scrollLeft += shift(Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right)),
      own.left, own.right, frame.left, frame.right);
    scroll.scrollTop += shift(Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom)),
      own.top, own.bottom, frame.top, frame.bottom);
  }

  function showNode(number) {
    onlyNode = number;
    nodes.forEach((node, place) => press(node, place === number));
    find("only").hidden = number === null;
    find("only").textContent = number === null ? "" : `Only ${names[number]} \u00d7`;
    filter();
  }

  function filter() {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const family = find("family").value, judged = isPressed(find("judged")), systems = isPressed(find("systems"));
    let count = 0;
    rows.forEach((row, place) => {
      const { holder, family: own } = row.dataset;
      const fits = (onlyNode === null ? systems || !row.classList.contains("of-system") || row.classList.contains("pressing")
          : Number(holder) === onlyNode)
        && (family === "" || own === family)
        && (!judged || row.classList.contains("too-new"))
        && words.every((word) => texts[place].includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    find("count").textContent = count === rows.length ? `${count} requirements` : `${count} of ${rows.length} requirements`;
    find("nothing").hidden = count > 0;
  }

  function zoom(wanted) {
    scale = Math.min(2.5, Math.max(0.08, wanted));
    const { width, height } = svg.viewBox.baseVal;
    svg.setAttribute("width", Math.round(width * scale));
    svg.setAttribute("height", Math.round(height * scale));
  }
  const fitting = (least) => {
    const { width, height } = svg.viewBox.baseVal;
    const room = Math.max(innerHeight * 0.46, 200);
    return Math.min(1, Math.max(least, Math.min((scroll.clientWidth - 2) / width, room / height)));
  };

  const isDark = () => getComputedStyle(root).colorScheme === "dark"
    || (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
  const tellTheme = () => press(find("theme"), isDark());
  find("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; tellTheme(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellTheme);

  document.querySelector("tbody").addEventListener("click", (event) => {
    const button = event.target.closest(".version button");
    if (!button) return;
    const number = Number(button.closest("tr").dataset.row);
    showWay(shownWay === number ? null : number);
  });
  const choose = (event) => {
    const node = event.target.closest(".node");
    if (!node) return false;
    const number = Number(node.dataset.node);
    showNode(onlyNode === number ? null : number);
    return true;
  };
  svg.addEventListener("click", choose);
  svg.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && choose(event)) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    showWay(null);
    showNode(null);
  });
  for (const id of ["judged", "systems"]) {
    find(id).addEventListener("click", () => { press(find(id), !isPressed(find(id))); filter(); });
  }
  find("search").addEventListener("input", filter);
  find("family").addEventListener("change", filter);
  find("only").addEventListener("click", () => showNode(null));
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  find("reset").addEventListener("click", () => {
    find("search").value = find("family").value = "";
    press(find("judged"), false);
    press(find("systems"), true);
    showNode(null);
  });
  find("in").addEventListener("click", () => zoom(scale * 1.25));
  find("out").addEventListener("click", () => zoom(scale / 1.25));
  find("whole").addEventListener("click", () => zoom(fitting(0)));

  for (const hidden of document.querySelectorAll("#theme, .zoom, .filters")) hidden.hidden = false;
  tellTheme();
  zoom(fitting(0.7));
  if (nodes.length) {
    // The first row is the one that presses most.
    const first = rows.length ? Number(rows[0].dataset.holder) : 0;
    const own = nodes[first].getBoundingClientRect(), frame = scroll.getBoundingClientRect();
    scroll.scrollTop += (own.top + own.bottom - frame.top - frame.bottom) / 2;
  }
  filter();
})();
