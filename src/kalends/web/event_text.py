"""The body of an event as it may be shown: mail is hostile, so only plain structure passes (DESIGN.md §8).

Styles and pictures from elsewhere are dropped: the page's content security policy would refuse them anyway, and a
picture fetched from elsewhere tells its sender who reads.
"""

import nh3

WORDS = "a abbr b blockquote br code del dd div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre s small span strong sub"
TABLES = "sup table tbody td tfoot th thead tr u ul"
TAGS = frozenset([*WORDS.split(), *TABLES.split()])
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def shown_html(body: str) -> str:
    """HTML that is safe to put into a page."""
    return nh3.clean(
        body,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "head", "title"},
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()
