"""The commands of build.py: each module adds its own to the parser and turns options into one call.

Nothing is imported before a command runs but argparse, so that ``build.py --help`` is instant.
"""
