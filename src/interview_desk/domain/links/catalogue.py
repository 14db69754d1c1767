"""The services people meet on: their hosts, and what a join link looks like on each.

A form is a path, then the query parameters and the fragment that carry the meeting. Between braces
stands a shape (see `forms`): `{seg}` is one segment, `{room}` one that is no page of the site,
`{more}` one or more segments, `{9d}` or `{9-11d}` so many digits. `*.` before a host stands for one
or more labels.
"""

from typing import NamedTuple


class Site(NamedTuple):
    """Some hosts of a service and the join links they serve."""

    hosts: tuple[str, ...]
    forms: tuple[str, ...]


class Service(NamedTuple):
    """One way to meet: what it is called and where it lives.

    `not_hosts` are first labels under a `*.` host that are no customers of it. A `messenger` is a
    way to reach somebody at any time: a link to it is a meeting only as the place of a booking.
    """

    slug: str
    name: str
    sites: tuple[Site, ...]
    not_hosts: frozenset[str] = frozenset()
    messenger: bool = False


def _on(hosts: str, forms: str) -> Site:
    return Site(tuple(hosts.split()), tuple(forms.split()))


def _service(slug: str, name: str, *sites: Site, but: str = "", messenger: bool = False) -> Service:
    return Service(slug, name, sites, frozenset(but.split()), messenger)


GENERIC = "link"
"""A meeting somewhere we know nothing about; only a booking's own location may name it."""

_ZOOM = "zoom.us zoom.com zoom.com.cn zoomgov.com zoom-x.de"
_ZOOM_HOSTS = " ".join(f"{host} *.{host}" for host in _ZOOM.split())
_ZOOM_EVENTS = " ".join(f"events.{host}" for host in _ZOOM.split())
_TEAMS_HOSTS = (
    "teams.microsoft.com *.teams.microsoft.com teams.cloud.microsoft "
    "teams.microsoft.us gov.teams.microsoft.us dod.teams.microsoft.us gov.teams.microsoft.com"
)
_TEAMS_FORMS = "/l/meetup-join/{thread}/{digits} /dl/launcher/launcher.html?url={teams-page} /meet/"

SERVICES: tuple[Service, ...] = (
    _service(
        "zoom",
        "Zoom",
        _on(
            _ZOOM_HOSTS,
            "/j/{9-11d} /my/{seg} /w/{seg} /s/{seg} /wc/join/{seg} /wc/{seg}/join /wc/{seg}/start "
            "/join?confno={9-11d}",
        ),
        _on(_ZOOM_EVENTS, "/ej/{seg}"),
        but="support",
    ),
    _service(
        "google-meet",
        "Google Meet",
        _on("meet.google.com", "/{3-4-3} /lookup/{seg} /_meet/{seg}"),
        _on("g.co", "/meet/{seg}"),
        _on("stream.meet.google.com", "/stream/{uuid}"),
    ),
    _service(
        "microsoft-teams",
        "Microsoft Teams",
        _on(_TEAMS_HOSTS, _TEAMS_FORMS + "{10-15d}"),
        # Teams for private people states no length.
        _on("teams.live.com", _TEAMS_FORMS + "{digits}"),
        but="dialin",
    ),
    _service(
        "webex",
        "Cisco Webex",
        _on(
            "*.webex.com *.my.webex.com *.webex.com.cn",
            "/meet/{seg} /join/{seg} /{seg}/j.php?MTID=m{hex} "
            "/webappng/sites/{seg}/meeting/info/{seg} /webappng/sites/{seg}/meeting/download/{seg} "
            "/wbxmjs/joinservice/sites/{seg}/meeting/download/{seg}",
        ),
        _on("web.ciscospark.com", "/meet/{seg}"),
        but="help signin",
    ),
    _service(
        "whereby",
        "Whereby",
        _on("whereby.com www.whereby.com *.whereby.com appear.in", "/{room}"),
    ),
    _service(
        "jitsi",
        "Jitsi Meet",
        _on("meet.jit.si beta.meet.jit.si", "/{room} /{room}/{seg}"),
        _on("kmeet.infomaniak.com", "/{room}"),
    ),
    _service("cal-video", "Cal Video", _on("app.cal.com cal.com", "/video/{room}")),
    _service("daily", "Daily", _on("*.daily.co", "/{room}"), but="www docs api dashboard help"),
    _service(
        "around",
        "Around",
        _on("meet.around.co", "/r/{seg}"),
        _on("around.co www.around.co", "/r/{seg} /{room}"),
    ),
    _service(
        "gather",
        "Gather",
        _on("app.gather.town gather.town", "/app/{seg}/{seg}"),
        _on("app.v2.gather.town", "/app/{slug-uuid} /app/{slug-uuid}/join"),
    ),
    _service(
        "bluejeans",
        "BlueJeans",
        _on("bluejeans.com *.bluejeans.com", "/{digits} /{digits}/{seg}"),
        _on("primetime.bluejeans.com", "/a2m/live-event/{seg}"),
    ),
    _service(
        "goto-meeting",
        "GoTo Meeting",
        _on("gotomeeting.com *.gotomeeting.com", "/join/{9d}"),
        _on("gotomeet.me www.gotomeet.me meet.goto.com", "/{room}"),
    ),
    _service(
        "goto-webinar",
        "GoTo Webinar",
        _on("*.gotowebinar.com", "/join/{seg}/{seg}"),
        _on("attendee.gotowebinar.com", "/join/{more}"),
    ),
    _service(
        "ringcentral",
        "RingCentral Video",
        _on("v.ringcentral.com video.ringcentral.com", "/join/{seg}"),
        _on("meetings.ringcentral.com", "/j/{10d}"),
    ),
    _service(
        "chime",
        "Amazon Chime",
        _on("chime.aws", "/{10d}"),
        _on("app.chime.aws", "/meetings/{10d}"),
    ),
    _service(
        "discord",
        "Discord",
        _on("discord.gg", "/{seg}"),
        _on(
            "discord.com www.discord.com canary.discord.com ptb.discord.com discordapp.com",
            "/invite/{seg} /channels/{seg}/{seg}",
        ),
    ),
    _service(
        "slack-huddle",
        "Slack huddle",
        _on("app.slack.com", "/huddle/T{id}/C{id} /client/T{id}/C{id}?open=start_huddle"),
    ),
    _service("skype", "Skype", _on("join.skype.com", "/{room}")),
    _service(
        "skype-for-business", "Skype for Business", _on("meet.lync.com", "/{seg}/{seg}/{seg}")
    ),
    _service("facetime", "FaceTime", _on("facetime.apple.com", "/join#v=1&p={value}&k={value}")),
    _service("lark", "Lark", _on("vc.larksuite.com", "/j/{9d}")),
    _service("feishu", "Feishu", _on("vc.feishu.cn", "/j/{9d}")),
    _service(
        "tencent-meeting",
        "Tencent Meeting / VooV",
        _on("meeting.tencent.com", "/dm/{seg} /p/{digits}"),
        _on("voovmeeting.com intl.voovmeeting.com", "/dm/{seg} /p/{digits}"),
    ),
    _service(
        "zoho-meeting",
        "Zoho Meeting",
        _on("meet.zoho.com meet.zoho.eu meet.zoho.in", "/{room}"),
        _on(
            "meeting.zoho.com meeting.zoho.eu meeting.zoho.in meeting.zoho.com.au",
            "/meeting/{room} /meeting/{room}/{more} /join?key={digits}",
        ),
    ),
    _service("zoho-cliq", "Zoho Cliq", _on("cliq.zoho.eu cliq.zoho.com", "/meetings/{seg}")),
    _service("bigbluebutton", "BigBlueButton"),
    _service("livestorm", "Livestorm", _on("app.livestorm.com app.livestorm.co", "/p/{uuid}/live")),
    _service("demio", "Demio", _on("event.demio.com my.demio.com", "/ref/{seg}")),
    _service(
        "streamyard",
        "StreamYard",
        _on("streamyard.com www.streamyard.com", "/{studio} /guest/{seg}"),
    ),
    _service("riverside", "Riverside", _on("riverside.fm riverside.com", "/studio/{seg}")),
    _service(
        "vonage",
        "Vonage Meetings",
        _on("meetings.vonage.com", "/{9d} /?room_token={digits}&participant_token={value}"),
    ),
    _service("8x8", "8x8 Work", _on("8x8.vc", "/{room}/{seg}")),
    _service(
        "pexip",
        "Pexip",
        _on(
            "*.pexip.me *.pexip.com",
            "/webapp3/m/{seg} /webapp3/m/{seg}/express /webapp/m/{seg} /webapp/conference/{seg}",
        ),
    ),
    _service("lifesize", "Lifesize", _on("call.lifesizecloud.com", "/{digits}")),
    _service("butter", "Butter", _on("app.butter.us", "/{room}")),
    _service("tuple", "Tuple", _on("tuple.app", "/c/{seg}")),
    _service("pop", "Pop", _on("pop.com", "/j/{3d}-{3d}-{3d}")),
    _service("luma", "Luma", _on("lu.ma", "/join/{seg}")),
    _service("la-suite-visio", "Visio (La Suite)", _on("visio.numerique.gouv.fr", "/{3-4-3}")),
    _service("nextcloud-talk", "Nextcloud Talk"),
    _service("element-call", "Element Call", _on("call.element.io", "/room#/{seg} /{call}")),
    _service("mirotalk", "MiroTalk", _on("p2p.mirotalk.com sfu.mirotalk.com", "/join/{seg}")),
    _service("ping-gg", "Ping.gg", _on("ping.gg www.ping.gg", "/call/{seg}")),
    _service("roam", "Roam", _on("ro.am", "/r#/p/{seg}/{seg}")),
    _service("campfire", "Campfire", _on("party.campfire.to", "/{room}")),
    _service("salesroom", "Salesroom", _on("*.sr.chat", "/ /{room} /{room}/{more}"), but="www"),
    _service("sirius-video", "Sirius Video", _on("sirius.video", "/{room}")),
    _service("huddle01", "Huddle01", _on("app.huddle01.com huddle01.app", "/room/{seg}")),
    _service(
        "demodesk", "Demodesk", _on("demodesk.com www.demodesk.com", "/meet/{seg} /{8-capitals}")
    ),
    _service(
        "dialpad",
        "Dialpad Meetings",
        _on("meetings.dialpad.com", "/room/{seg}/{seg}"),
        _on("uberconference.com www.uberconference.com", "/{room}"),
    ),
    _service("join-me", "join.me", _on("join.me", "/{room}")),
    _service(
        "teamviewer-meeting",
        "TeamViewer Meeting",
        _on("go.teamviewer.com", "/v15/m{digits}"),
        _on("go.blizz.com", "/m{digits}"),
    ),
    _service("vsee", "VSee", _on("vsee.com", "/c/{seg}")),
    _service("starleaf", "StarLeaf", _on("meet.starleaf.com", "/{digits}")),
    _service(
        "workplace", "Workplace", _on("workplace.com *.workplace.com", "/groupcall/LINK:{seg}")
    ),
    _service("gong", "Gong", _on("join.gong.io *.join.gong.io", "/{room}/{seg}")),
    _service("chorus", "Chorus", _on("go.chorus.ai", "/{digits}")),
    _service("jam", "Jam", _on("jam.systems", "/{room}")),
    _service(
        "blackboard-collaborate",
        "Blackboard Collaborate",
        _on("us.bbcollab.com eu.bbcollab.com", "/guest/{hex} /invite/{hex}"),
    ),
    _service("coscreen", "CoScreen", _on("join.coscreen.co", "/{room}/{seg}")),
    _service("vowel", "Vowel", _on("vowel.com app.vowel.com", "/#/g/{seg}")),
    _service("zhumu", "Zhumu", _on("welink.zhumu.com", "/j/{digits} /wc/join/{digits}")),
    _service(
        "vimeo",
        "Vimeo Events",
        _on("vimeo.com", "/event/{digits} /showcase/{digits}"),
        _on("venues.vimeo.com", "/{room}/{seg}"),
    ),
    _service(
        "ovice",
        "oVice",
        _on("*.ovice.in", "/lobby/enter"),
        _on("app.ovice.com", "/{seg}/@{spot}"),
    ),
    _service("preply", "Preply classroom", _on("preply.com", "/{seg}/chat/t-room/{seg}")),
    _service("userzoom", "UserZoom", _on("go.userzoom.com", "/participate/{uuid}")),
    _service("venue", "Venue", _on("app.venue.live", "/app/{seg}")),
    _service("teemyco", "Teemyco", _on("app.teemyco.com", "/room/{seg}/{seg}")),
    _service("reclaim", "Reclaim.ai", _on("reclaim.ai", "/z/{seg}/{seg}")),
    _service("pumble", "Pumble", _on("meet.pumble.com", "/{3-4-3}")),
    _service("suit-conference", "Suit Conference", _on("*.conference.istesuit.com", "/{room}")),
    _service("doxy-me", "Doxy.me", _on("doxy.me *.doxy.me", "/{room}")),
    _service("zm-page", "zm.page", _on("*.zm.page", "/"), but="www"),
    _service("livekit", "LiveKit Meet", _on("meet.livekit.io meet.*.livekit.io", "/rooms/{4-4}")),
    _service(
        "meetecho",
        "Meetecho (IETF)",
        _on(
            "meetings.conf.meetecho.com",
            "/ietf{3d}?session={value} /interim?session={value} "
            "/interim?short={uuid} /interim?group={uuid}",
        ),
    ),
    _service("proton-meet", "Proton Meet", _on("meet.proton.me", "/join/id-{seg}#pwd-{value}")),
    _service(
        "google-hangouts",
        "Google Hangouts",
        _on("hangouts.google.com", "/call/{seg} /hangouts/_/{seg}/{seg}"),
    ),
    _service("signal", "Signal", _on("signal.me", "/#p/+{phone} /#eu/{seg}"), messenger=True),
    _service("telegram", "Telegram", _on("t.me", "/{room}"), messenger=True),
    _service(
        "whatsapp",
        "WhatsApp",
        _on("wa.me www.wa.me", "/{phone} /send?phone={phone}"),
        messenger=True,
    ),
    _service(GENERIC, "Meeting link"),
)

# Programs that a team runs itself, known by the path and sometimes a label of the host.
OWN_JITSI = Site(("jitsi", "jitsi-meet", "meet-jitsi"), ("/{room}",))
OWN_BIGBLUEBUTTON = ("/b/{greenlight2}", "/rooms/{greenlight3}/join", "/apps/bbb/b/{seg}")
OWN_NEXTCLOUD = Site(("nextcloud",), ("/call/{seg}",))
OWN_NEXTCLOUD_ANYWHERE = ("/index.php/call/{seg}",)
OWN_PEXIP = (
    "/webapp3/m/{seg}",
    "/webapp3/m/{seg}/express",
    "/webapp/m/{seg}",
    "/webapp/conference/{seg}",
)
OWN_LYNC = Site(("meet",), ("/{seg}/meet/{seg}/{seg}",))
# Public sites of the projects themselves, which carry the same label without being a server.
PROJECT_SITES = frozenset({"jitsi.org", "jitsi.github.io"})

# Pages that invites carry beside the join link; as somebody's location they are no meeting either.
COMPANION_PAGES: tuple[Site, ...] = (
    _on("tel.meet", "/ /{more}"),
    _on("aka.ms", "/JoinTeamsMeeting /jointeamsmeeting"),
    _on("www.microsoft.com", "/microsoft-teams/{more} /{seg}/microsoft-teams/{more}"),
    _on("*.slack.com", "/ /{more}"),
)
