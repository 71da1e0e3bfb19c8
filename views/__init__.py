"""See it: pictures, tables and pages of the built tree. Data first, then one renderer per form."""
