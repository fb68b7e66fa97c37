"""Archives, read in place: what is inside becomes buffers that the ELF readers take; nothing is unpacked to disk.

`zip` reads wheels and other zip archives, `tar` source distributions and what a `.conda` holds. Both give a member for
each file, and a `BadMember`, with the reason, for each that is not to be trusted. Archives come from strangers: what
they declare is checked before it is believed, and `Limits` bounds the work.
"""
