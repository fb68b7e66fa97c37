/* twalk_r: walk a tree of tsearch, with an argument for the action; since glibc 2.30.
 *
 * A node is the key and two links in every glibc; since 2.25 the lowest bit of the left link is the colour of the node.
 */
#include "_glibc.h"

enum visit { preorder, postorder, endorder, leaf };

struct node {
    const void *key;
    uintptr_t left, right;
};

typedef void (*action)(const void *node, enum visit when, void *argument);

static const struct node *link(uintptr_t word)
{
    return (const struct node *)(word & ~(uintptr_t)1);
}

static void walk(const struct node *node, action act, void *argument)
{
    const struct node *left = link(node->left), *right = link(node->right);
    if (left == NULL && right == NULL) {
        act(node, leaf, argument);
        return;
    }
    act(node, preorder, argument);
    if (left != NULL)
        walk(left, act, argument);
    act(node, postorder, argument);
    if (right != NULL)
        walk(right, act, argument);
    act(node, endorder, argument);
}

COMPAT void twalk_r(const void *root, action act, void *argument)
{
    if (root != NULL && act != NULL)
        walk(root, act, argument);
}
