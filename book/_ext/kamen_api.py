"""The reference in book/api: functions before the types they return, and no words about a tuple's fields.

Where a chapter shows the source of a function, the function's name leads there.
"""

import re

from sphinx.ext.autodoc import ClassDocumenter, FunctionDocumenter

ClassDocumenter.member_order = FunctionDocumenter.member_order + 1


def skip(app, what, name, obj, would_skip, options):
    """`NamedTuple` documents its fields as "Alias for field number 0"; the signature has their names."""
    return True if str(getattr(obj, "__doc__", "")).startswith("Alias for field number") else None


def lead_there(app, pagename, templatename, context, doctree):
    """Link the name after `def` or `class` in a chapter's listings, if the reference has it."""
    if not pagename.startswith("notebooks/"):
        return
    objects, found = app.env.get_domain("py").objects, {}
    for full, entry in objects.items():
        found.setdefault(full.split(".")[-1], []).append((full, entry))

    def linked(match):
        before, name, after = match.groups()
        here = [o for o in found.get(name, ()) if o[0] == f"kamen_core.{pagename.split('/')[1]}.{name}"]
        here = here or [o for o in found.get(name, ()) if o[1].objtype in ("function", "class")]
        if len(here) != 1:
            return match[0]
        ((full, entry),) = here
        where = f"{context['pathto'](entry.docname)}#{entry.node_id}"
        return f'{before}<a href="{where}" title="{full}">{name}</a>{after}'

    context["body"] = re.sub(r'(<span class="n[fc]">)(\w+)(</span>)', linked, context["body"])


def setup(app):
    app.connect("html-page-context", lead_there)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
