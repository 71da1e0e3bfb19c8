"""Diagrams of the tree: plain pictures (nodes, groups, edges) first, then SVG, PNG or Mermaid.

``stacks`` is the stacks and what they hand to each other, ``network`` what sits in which zone and subnet and who may
connect to whom, ``data`` what runs and what it reads and writes, ``inside`` the resources of one stack.
"""
