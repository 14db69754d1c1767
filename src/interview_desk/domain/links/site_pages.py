"""The pages of a service that stand where a room's name would: they are no meeting."""

_LABELS = """
about account accounts api assets auth blog careers cdn community dashboard developer developers
docs documentation help knowledge learn legal login signin sso static status support
"""

_ABOUT_THE_PRODUCT = """
about about-us acceptable-use-policy accessibility affiliates blog book-a-demo business careers
case-studies changelog company compare contact contact-sales contact-us cookie-policy cookies
cookies-policy customer-stories customers developer developers docs documentation download
downloads ebooks education enterprise faq features gdpr get-started guide guides healthcare help
impressum imprint industries info information integrations investors jobs knowledge learn legal
news newsletter partners plans podcast podcasts press pricing privacy privacy-policy products
referral release-notes releases request-demo resources reviews roadmap security sitemap
solutions status subprocessors support team-plans team-pricing templates terms
terms-and-conditions terms-of-service terms-of-use testimonials tos tutorials university
use-cases webinars whats-new whitepapers why
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
joinchat addstickers public meeting-register dial-in-numbers international-numbers invitation
"""

SITE_LABELS = frozenset(_LABELS.split())
"""First labels of hosts that are about a service, where any customer may have a host."""

SITE_PAGES = frozenset((_ABOUT_THE_PRODUCT + _ONES_OWN_ACCOUNT + _AROUND_A_MEETING).split())
"""Words that a service uses itself where any guest may choose a room's name."""
