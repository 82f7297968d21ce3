"""The mail to the owner of templates that failed: the digest went out, but not as its owner laid it out."""

from __future__ import annotations

from monitor.digest.notice import Notice


def template_notice(subscription: str, fault: str) -> Notice:
    """What is told of the templates of a subscription; once, until they work again or fail in another way."""
    text = (
        f"The templates of the subscription {subscription} failed:\n\n"
        f"    {fault}\n\n"
        "Its digest went out in the built-in layout, with a line at its end that says so. Nothing is lost and nothing\n"
        "is sent twice. Mend the template and save it: the next digest takes it up.\n\n"
        f"    monitor digest preview {subscription} --open\n\n"
        "shows what it would look like; `monitor check` tries the templates on an invented digest.\n"
    )
    return Notice(
        name=f"templates:{subscription}",
        identity=f"templates-{subscription}",
        subject=f"The templates of {subscription} failed: the built-in layout was used",
        plain_subject="Templates failed: the built-in layout was used",
        text=text,
    )
