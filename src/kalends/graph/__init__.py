"""Microsoft Graph's calendar: its JSON translated to and from the domain, and the requests that carry it."""
