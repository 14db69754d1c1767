"""The pages of a service that stand where a room's name would: they are no meeting."""

_LABELS = """
about account accounts api assets auth blog careers cdn community dashboard developer developers
docs documentation help knowledge learn legal login signin sso static status support
"""

_ABOUT_THE_PRODUCT = """
about about-us affiliates blog business careers changelog company compare contact contact-us
cookies customers developer developers docs documentation download downloads education
enterprise faq features guide guides healthcare help imprint industries info information
integrations investors jobs knowledge learn legal news newsletter partners plans podcast
podcasts press pricing privacy privacy-policy products referral resources roadmap security
sitemap solutions status support team-plans templates terms terms-and-conditions
terms-of-service tos tutorials university use-cases webinars whats-new why
"""

_ONES_OWN_ACCOUNT = """
account accounts admin auth billing broadcasts callback checkout dashboard forgot-password
forgot_password home invitations log-in login logout oauth password profile register
registration reset-password settings sign-in sign-up sign_in sign_up signin signout signup sso
subscribe subscription unsubscribe upgrade user users verify
"""

_AROUND_A_MEETING = """
.well-known 404 _next api app apps assets cdn css dial-in dialin fonts images img js lang libs
meeting-ended meeting-not-started no-meeting-found recording recordings robots.txt search
sitemap.xml sounds static thank-you thanks invite landing xmpp-websocket http-bind register.html
joinchat addstickers
"""

SITE_LABELS = frozenset(_LABELS.split())
"""First labels of hosts that are about a service, where any customer may have a host."""

SITE_PAGES = frozenset((_ABOUT_THE_PRODUCT + _ONES_OWN_ACCOUNT + _AROUND_A_MEETING).split())
"""Words that a service uses itself where any guest may choose a room's name."""
