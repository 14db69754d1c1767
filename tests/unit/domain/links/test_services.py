"""What is a join link on each of the services, and what is not."""

import pytest

from interview_desk.domain.links import find_link, link_of_location, service_name
from interview_desk.domain.links.catalogue import GENERIC, SERVICES

UUID = "0f3c9a1e-52d7-4b68-9c10-aa77bb88cc99"
LAUNCHER = "https://teams.microsoft.com/dl/launcher/launcher.html"
THREAD = "19%3ameeting_MjQ2YTk%40thread.v2"

JOIN = {
    "zoom": (
        "https://zoom.us/j/123456789",
        "https://zoom.us/j/12345678901/",
        "https://zoom.us/j/1234567890#success",
        "https://us04web.zoom.us/j/1234567890?pwd=a.1",
        "https://zoom.com/j/1234567890",
        "https://www.zoom.com/j/1234567890",
        "https://acme.zoom.com.cn/j/1234567890",
        "https://zoom.com.cn/j/1234567890",
        "https://zoomgov.com/j/1234567890",
        "https://zoom-x.de/j/1234567890",
        "https://uni.zoom-x.de/j/1234567890?pwd=x",
        "https://a.b.zoom.us/j/1234567890",
        "https://acme.zoom.us/my/jo.doe?pwd=q",
        "https://acme.zoom.us/w/99887766554",
        "https://zoom.us/s/1234567890?zak=abc",
        "https://acme.zoom.us/wc/join/1234567890",
        "https://app.zoom.us/wc/1234567890/start",
        "https://app.zoom.us/wc/1234567890/join?fromPWA=1",
        "https://events.zoom.us/ej/AbC-12_x",
        "https://events.zoom.com/ej/AbC",
        "https://events.zoom.com.cn/ej/AbC",
        "https://events.zoomgov.com/ej/AbC",
        "https://events.zoom-x.de/ej/AbC",
        "https://zoom.us/join?confno=1234567890&pwd=x",
        "https://zoom.us/join?uname=a&confno=1234567890",
        "https://zoom.us:443/j/1234567890",
    ),
    "google-meet": (
        "https://meet.google.com/xyz-abcd-efg",
        "https://meet.google.com/xyz-abcd-efg/",
        "https://meet.google.com/_meet/xyz-abcd-efg",
        "https://meet.google.com/lookup/team.weekly",
        "https://g.co/meet/team-weekly",
        f"https://stream.meet.google.com/stream/{UUID}",
    ),
    "microsoft-teams": (
        f"https://teams.microsoft.com/l/meetup-join/{THREAD}/0?context=%7b%7d",
        "https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0?context=%7b%7d",
        "https://teams.microsoft.com/l/meetup-join/19%3Aab%40thread.tacv2/1700000000000?context=x",
        f"https://acme.teams.microsoft.com/l/meetup-join/{THREAD}/0",
        f"https://gov.teams.microsoft.us/l/meetup-join/{THREAD}/0",
        f"https://dod.teams.microsoft.us/l/meetup-join/{THREAD}/0",
        f"https://gov.teams.microsoft.com/l/meetup-join/{THREAD}/0",
        "https://teams.microsoft.us/meet/1234567890?p=x",
        "https://teams.cloud.microsoft/meet/123456789012345?p=x",
        "https://teams.live.com/meet/9123456789012",
        "https://teams.live.com/meet/91234567",
        "https://teams.live.com/meet/91234567890123456?p=x",
        f"https://teams.live.com/l/meetup-join/{THREAD}/0",
        LAUNCHER + "?url=%2F_%23%2Fl%2Fmeetup-join%2F19%3Ameeting_x%40thread.v2%2F0&type=x",
    ),
    "webex": (
        "https://acme.webex.com/meet/jo.doe",
        "https://acme.my.webex.com/meet/jo",
        "https://acme.webex.com.cn/join/jo",
        "https://acme.webex.com/acme-en/j.php?MTID=m00ffee",
        "https://acme.webex.com/acme/j.php?a=1&MTID=m00FFee&b=2",
        "https://acme.webex.com/webappng/sites/acme/meeting/info/0123abcd?MTID=mff",
        "https://acme.webex.com/webappng/sites/acme/meeting/download/0123abcd",
        "https://acme.webex.com/wbxmjs/joinservice/sites/acme/meeting/download/0a?siteurl=acme",
        "https://web.ciscospark.com/meet/abc",
    ),
    "whereby": (
        "https://whereby.com/room-1",
        "https://www.whereby.com/room-1",
        "https://acme.whereby.com/room-1?roomKey=ey",
        "https://appear.in/room-1",
    ),
    "jitsi": (
        "https://meet.jit.si/Room#config.startWithAudioMuted=true",
        "https://beta.meet.jit.si/Room",
        "https://beta.meet.jit.si/tenant/Room",
        "https://kmeet.infomaniak.com/room",
        "https://jitsi.example.org/Room",
        "https://jitsi.example.org:8443/Room",
        "https://jitsi-meet.example.org/Room",
        "https://meet-jitsi.example.org/Room",
    ),
    "cal-video": ("https://app.cal.com/video/aB3", "https://cal.com/video/aB3?x=1"),
    "daily": ("https://acme.daily.co/room?t=tok",),
    "around": (
        "https://meet.around.co/r/ab1",
        "https://around.co/r/ab1",
        "https://www.around.co/r/ab1",
        "https://www.around.co/jo",
        "https://around.co/jo",
    ),
    "gather": (
        "https://gather.town/app/ab/our%20space",
        "https://app.gather.town/app/ab/space?spawnToken=x",
        f"https://app.v2.gather.town/app/acme-{UUID}",
        f"https://app.v2.gather.town/app/acme-{UUID}/join?guest=true",
    ),
    "bluejeans": (
        "https://bluejeans.com/123",
        "https://bluejeans.com/123/456",
        "https://acme.bluejeans.com/123",
        "https://primetime.bluejeans.com/a2m/live-event/abc",
    ),
    "goto-meeting": (
        "https://global.gotomeeting.com/join/123456789",
        "https://gotomeeting.com/join/123456789",
        "https://gotomeet.me/jo",
        "https://www.gotomeet.me/jo",
        "https://meet.goto.com/123456789",
        "https://meet.goto.com/jo",
    ),
    "goto-webinar": (
        "https://global.gotowebinar.com/join/1/2",
        "https://attendee.gotowebinar.com/join/1",
        "https://attendee.gotowebinar.com/join/1/2/3",
    ),
    "ringcentral": (
        "https://v.ringcentral.com/join/123?pw=x",
        "https://video.ringcentral.com/join/123",
        "https://meetings.ringcentral.com/j/1234567890",
    ),
    "chime": ("https://chime.aws/1234567890", "https://app.chime.aws/meetings/1234567890"),
    "discord": (
        "https://discord.gg/abc",
        "https://discord.com/invite/abc",
        "https://www.discord.com/invite/abc",
        "https://canary.discord.com/channels/1/2",
        "https://ptb.discord.com/channels/1/2",
        "https://discordapp.com/channels/1/2",
    ),
    "slack-huddle": (
        "https://app.slack.com/huddle/T0A/C0B",
        "https://app.slack.com/client/T0A/C0B?open=start_huddle",
        "https://app.slack.com/client/T0A/C0B?a=1&open=start_huddle#x",
    ),
    "skype": ("https://join.skype.com/aBc",),
    "skype-for-business": (
        "https://meet.lync.com/acme/jo/ABC123",
        "https://meet.example.org/example.org/meet/jo/ABC123",
    ),
    "facetime": (
        "https://facetime.apple.com/join#v=1&p=a&k=b",
        "https://facetime.apple.com/join/#v=1&k=b&p=a",
    ),
    "lark": ("https://vc.larksuite.com/j/123456789",),
    "feishu": ("https://vc.feishu.cn/j/123456789",),
    "tencent-meeting": (
        "https://meeting.tencent.com/dm/a1",
        "https://meeting.tencent.com/p/123",
        "https://voovmeeting.com/dm/a1",
        "https://intl.voovmeeting.com/dm/a1",
    ),
    "zoho-meeting": (
        "https://meet.zoho.com/abcd-efg-hij",
        "https://meet.zoho.in/tok3n",
        "https://meeting.zoho.eu/meeting/room",
        "https://meeting.zoho.com/meeting/room",
        "https://meet.zoho.eu/tok3n",
        "https://meeting.zoho.com.au/meeting/a/b",
        "https://meeting.zoho.in/join?key=123",
    ),
    "zoho-cliq": ("https://cliq.zoho.com/meetings/a1", "https://cliq.zoho.eu/meetings/a1"),
    "bigbluebutton": (
        "https://bbb.example.org/b/abc-d3f-ghi",
        "https://room.example.org/b/abc-d3f-ghi-jk1",
        "https://example.org/rooms/abc-d3f-ghi-jk1/join",
        "https://cloud.example.org/apps/bbb/b/tok",
    ),
    "livestorm": (
        f"https://app.livestorm.com/p/{UUID}/live",
        f"https://app.livestorm.co/p/{UUID}/live?s={UUID}",
    ),
    "demio": ("https://event.demio.com/ref/x", "https://my.demio.com/ref/x"),
    "streamyard": (
        "https://streamyard.com/ab12cd34",
        "https://www.streamyard.com/ab12cd34ef56g",
        "https://www.streamyard.com/guest/x",
    ),
    "riverside": ("https://riverside.fm/studio/x?t=y", "https://riverside.com/studio/x"),
    "vonage": (
        "https://meetings.vonage.com/123456789",
        "https://meetings.vonage.com/?room_token=123&participant_token=ey.a.b",
    ),
    "8x8": ("https://8x8.vc/acme/room", "https://8x8.vc/vpaas-magic-cookie-1f/Room"),
    "pexip": (
        "https://acme.pexip.me/webapp3/m/vmr",
        "https://acme.pexip.com/webapp/m/vmr",
        "https://vc.example.org/webapp3/m/vmr",
        "https://vc.example.org/webapp3/m/vmr/express",
        "https://vc.example.org/webapp/m/vmr",
        "https://vc.example.org/webapp/conference/vmr",
    ),
    "lifesize": ("https://call.lifesizecloud.com/123",),
    "butter": ("https://app.butter.us/room",),
    "tuple": ("https://tuple.app/c/x",),
    "pop": ("https://pop.com/j/123-456-789",),
    "luma": ("https://lu.ma/join/g-x",),
    "la-suite-visio": ("https://visio.numerique.gouv.fr/abc-defg-hij",),
    "nextcloud-talk": (
        "https://example.org/index.php/call/tok",
        "https://nextcloud.example.org/call/tok",
        "https://my.nextcloud.example.org/call/tok",
    ),
    "element-call": (
        "https://call.element.io/room/#/loop?password=x",
        "https://call.element.io/room#/loop",
        "https://call.element.io/loop",
    ),
    "mirotalk": ("https://p2p.mirotalk.com/join/r", "https://sfu.mirotalk.com/join/r"),
    "ping-gg": ("https://ping.gg/call/jo", "https://www.ping.gg/call/jo"),
    "roam": ("https://ro.am/r/#/p/a/b", "https://ro.am/r#/p/a/b"),
    "campfire": ("https://party.campfire.to/team-1",),
    "salesroom": ("https://jo.sr.chat", "https://jo.sr.chat/", "https://jo.sr.chat/a/b"),
    "sirius-video": ("https://sirius.video/jo",),
    "huddle01": ("https://app.huddle01.com/room/a", "https://huddle01.app/room/a"),
    "demodesk": (
        "https://demodesk.com/meet/jo",
        "https://www.demodesk.com/meet/jo",
        "https://demodesk.com/ABCDEFGH",
    ),
    "dialpad": (
        "https://meetings.dialpad.com/room/acme/a1",
        "https://uberconference.com/jo",
        "https://www.uberconference.com/jo",
    ),
    "join-me": ("https://join.me/jo-1",),
    "teamviewer-meeting": ("https://go.teamviewer.com/v15/m123", "https://go.blizz.com/m123"),
    "vsee": ("https://vsee.com/c/jo",),
    "starleaf": ("https://meet.starleaf.com/123",),
    "workplace": (
        "https://acme.workplace.com/groupcall/LINK:abc/",
        "https://workplace.com/groupcall/LINK:abc",
    ),
    "gong": ("https://join.gong.io/acme/jo", "https://eu.join.gong.io/acme/jo"),
    "chorus": ("https://go.chorus.ai/123",),
    "jam": ("https://jam.systems/standup",),
    "blackboard-collaborate": (
        "https://us.bbcollab.com/guest/00ffAA",
        "https://eu.bbcollab.com/invite/00ffAA",
    ),
    "coscreen": ("https://join.coscreen.co/Team/abc",),
    "vowel": ("https://vowel.com/#/g/abc", "https://app.vowel.com/#/g/abc"),
    "zhumu": ("https://welink.zhumu.com/j/123", "https://welink.zhumu.com/wc/join/123?wpk=x"),
    "vimeo": (
        "https://vimeo.com/event/123",
        "https://vimeo.com/showcase/123",
        "https://venues.vimeo.com/a1/tok",
    ),
    "ovice": ("https://acme.ovice.in/lobby/enter", "https://app.ovice.com/acme/@10,-20"),
    "preply": ("https://preply.com/en/chat/t-room/1",),
    "userzoom": (f"https://go.userzoom.com/participate/{UUID}",),
    "venue": ("https://app.venue.live/app/x?token=y",),
    "teemyco": ("https://app.teemyco.com/room/a/b",),
    "reclaim": ("https://reclaim.ai/z/a/b",),
    "pumble": ("https://meet.pumble.com/abc-defg-hij",),
    "suit-conference": ("https://acme.conference.istesuit.com/jo",),
    "doxy-me": ("https://doxy.me/dr.jo", "https://clinic.doxy.me/dr.jo"),
    "zm-page": ("https://jo.zm.page", "https://jo.zm.page/?x=1"),
    "livekit": (
        "https://meet.livekit.io/rooms/ab1c-d2ef#key",
        "https://meet.eu.livekit.io/rooms/ab1c-d2ef",
    ),
    "meetecho": (
        "https://meetings.conf.meetecho.com/ietf120/?session=1",
        "https://meetings.conf.meetecho.com/interim/?session=1",
        f"https://meetings.conf.meetecho.com/interim/?short={UUID}",
        f"https://meetings.conf.meetecho.com/interim/?group={UUID}",
    ),
    "proton-meet": ("https://meet.proton.me/join/id-AB12#pwd-x",),
    "google-hangouts": (
        "https://hangouts.google.com/call/abc",
        "https://hangouts.google.com/hangouts/_/example.org/room",
    ),
}

NO_JOIN = {
    "zoom": (
        "https://zoom.us/",
        "https://zoom.us/j/12345678",
        "https://zoom.us/j/123456789012",
        "https://zoom.us/j/1234567890/more",
        "https://zoom.us/j/12345abcde",
        "https://zoom.us/j/١٢٣٤٥٦٧٨٩",
        "https://zoom.us/my/",
        "https://zoom.us/my/..",
        "https://zoom.us/my/%2e%2e",
        "https://acme.zoom.us/rec/share/abc",
        "https://acme.zoom.us/u/abc",
        "https://acme.zoom.us/launch/jc/1234567890",
        "https://acme.zoom.us/meetings/1234567890/invitations",
        "https://acme.zoom.us/meeting/register/tok",
        "https://acme.zoom.us/webinar/register/WN_x",
        "https://zoom.us/join",
        "https://zoom.us/join?confno=12",
        "https://events.zoom.us/ev/abc",
        "https://zoom.us//j/1234567890",
        "https://zoom.us/j/1234567890/../../pricing",
        "https://zoomgov.com.example.org/j/1234567890",
        "https://myzoomgov.com/j/1234567890",
        "https://zoom.us.:443/j/1234567890",
        "https://zoom.us./j/1234567890",
        "https://zoom.us:0/j/1234567890",
        "https://zoom.us:99999/j/1234567890",
        "https://.zoom.us/j/1234567890",
        "https://-zoom.us/j/1234567890",
        "https://a..zoom.us/j/1234567890",
    ),
    "google-meet": (
        "https://meet.google.com",
        "https://meet.google.com/new",
        "https://meet.google.com/abcd-efg-hij",
        "https://meet.google.com/abc-defg-hi1",
        "https://meet.google.com/tel/abc-defg-hij",
        "https://tel.meet/abc-defg-hij?pin=1",
        "https://google.com/abc-defg-hij",
        "https://evil.meet.google.com/abc-defg-hij",
        "https://stream.meet.google.com/stream/1",
        "https://g.co/abc",
    ),
    "microsoft-teams": (
        "https://teams.microsoft.com/l/meeting/new?subject=x",
        "https://teams.microsoft.com/l/chat/0/0?users=a",
        "https://teams.microsoft.com/l/message/19:x@thread.v2/1",
        "https://teams.microsoft.com/meet/123456789?p=x",
        "https://teams.microsoft.com/meet/1234567890123456?p=x",
        "https://dialin.teams.microsoft.com/meet/1234567890123?p=x",
        "https://aka.ms/JoinTeamsMeeting?omkt=en-US",
        "https://www.microsoft.com/microsoft-teams/join-a-meeting",
        "https://pexip.me/teams/acme/123",
        "https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fchat%2F0",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2",
    ),
    "webex": (
        "https://acme.webex.com/acme/lsr.php?RCID=1",
        "https://acme.webex.com/acme/globalcallin.php?x=1",
        "https://acme.webex.com/acme/j.php?MTID=m00zz",
        "https://acme.webex.com/acme/j.php",
        "https://acme.webex.com/webappng/sites/acme/recording/abc/playback",
        "https://signin.webex.com/join/x",
        "https://help.webex.com/meet/x",
        "https://webex.com/meet/jo",
    ),
    "whereby": (
        "https://whereby.com/",
        "https://whereby.com/information",
        "https://whereby.com/information/tos",
        "https://whereby.com/blog",
        "https://whereby.com/Login",
        "https://whereby.com/user",
        "https://docs.whereby.com/room",
        "https://whereby.com/a/b",
        "https://whereby.com/robots.txt",
    ),
    "jitsi": (
        "https://meet.jit.si/",
        "https://meet.jit.si/static/dialInInfo.html?room=x",
        "https://meet.jit.si/a/b/c",
        "https://jitsi.org/blog-post",
        "https://jitsi.example.org/",
        "https://jitsi.example.org/a/b",
        "http://jitsi.example.org/Room",
        "https://my-jitsi.example.org/Room",
        "https://kmeet.infomaniak.com/a/b",
        "https://meet.jit.si/Room\\x",
    ),
    "cal-video": (
        "https://app.cal.com/video/meeting-ended/a",
        "https://app.cal.com/video/meeting-not-started/a",
        "https://app.cal.com/video/no-meeting-found",
        "https://app.cal.com/booking/a",
        "https://cal.example.org/video/a",
    ),
    "daily": (
        "https://www.daily.co/room",
        "https://docs.daily.co/room",
        "https://api.daily.co/v1",
        "https://dashboard.daily.co/room",
        "https://help.daily.co/en",
        "https://daily.co/room",
        "https://acme.daily.co/",
    ),
    "around": ("https://www.around.co/pricing", "https://meet.around.co/x", "https://around.co/"),
    "gather": ("https://gather.town/app/ab", "https://www.gather.town/app/a/b"),
    "bluejeans": ("https://bluejeans.com/pricing", "https://bluejeans.com/a2m/live-event/abc"),
    "goto-meeting": (
        "https://global.gotomeeting.com/join/12345678",
        "https://gotomeet.me/pricing",
        "https://gotomeet.me/a/b",
    ),
    "goto-webinar": (
        "https://register.gotowebinar.com/register/1",
        "https://global.gotowebinar.com/join/1",
        "https://gotowebinar.com/join/1/2",
    ),
    "ringcentral": (
        "https://support.ringcentral.com/join/1",
        "https://v.ringcentral.com/login",
        "https://meetings.ringcentral.com/j/123456789",
    ),
    "chime": ("https://chime.aws/123456789", "https://app.chime.aws/meetings"),
    "discord": (
        "https://discord.com/blog",
        "https://discord.com/download",
        "https://support.discord.com/invite/a",
        "https://discord.com/channels/1",
    ),
    "slack-huddle": (
        "https://app.slack.com/client/T0A/C0B",
        "https://app.slack.com/client/T0A/C0B?open=start_huddles",
        "https://acme.slack.com/huddle/T0A/C0B",
    ),
    "skype": ("https://join.skype.com/invite/abc", "https://join.skype.com/"),
    "skype-for-business": (
        "https://meet.lync.com/acme/jo",
        "https://conf.example.org/example.org/meet/jo/ABC",
    ),
    "facetime": (
        "https://facetime.apple.com/join",
        "https://facetime.apple.com/join#v=1&p=a",
        "https://facetime.apple.com/#v=1&p=a&k=b",
    ),
    "lark": ("https://vc.larksuite.com/j/12345678", "https://www.larksuite.com/j/123456789"),
    "feishu": ("https://vc.feishu.cn/j/1234567890", "https://vc.feishu.cn/123456789"),
    "tencent-meeting": ("https://meeting.tencent.com/p/a1", "https://meeting.tencent.com/dm/"),
    "zoho-meeting": (
        "https://meeting.zoho.com/api/v2",
        "https://meeting.zoho.com/join",
        "https://meeting.zoho.com/meeting/public/videoprv?recordingId=x",
        "https://meeting.zoho.com/meeting/register?sessionId=1",
        "https://meet.zoho.com/login",
    ),
    "zoho-cliq": ("https://cliq.zoho.com/chats/a1", "https://cliq.zoho.in/meetings/a"),
    "bigbluebutton": (
        "https://bbb.example.org/b/abc-def",
        "https://bbb.example.org/b/ABC-def-ghi",
        "https://bbb.example.org/b/abc-def-ghi-jkl-mno",
        "https://example.org/rooms/abc-def-ghi/join",
        "https://example.org/rooms/abc-def-ghi-jkl",
        "http://bbb.example.org/b/abc-def-ghi",
        "https://whereby.com/b/abc-def-ghi",
    ),
    "livestorm": ("https://app.livestorm.co/p/abc/live", f"https://app.livestorm.co/p/{UUID}"),
    "demio": ("https://event.demio.com/recording/x", "https://demio.com/ref/x"),
    "streamyard": (
        "https://streamyard.com/watch/abcdefgh",
        "https://streamyard.com/pricing",
        "https://streamyard.com/features",
        "https://streamyard.com/ABCDEFGH",
        "https://streamyard.com/abcdefghijklmn",
    ),
    "riverside": ("https://riverside.fm/blog", "https://riverside.fm/studio/"),
    "vonage": (
        "https://meetings.vonage.com/12345678",
        "https://meetings.vonage.com/?room_token=123",
        "https://meetings.vonage.com/",
    ),
    "8x8": ("https://8x8.vc/acme", "https://8x8.vc/static/oauth.html", "https://8x8.vc/a/b/c"),
    "pexip": (
        "https://pexip.me/teams/acme/1",
        "https://acme.pexip.me/webapp/m/",
        "https://vc.example.org/webapp2/m/x",
        "https://vc.example.org/webapp/m/x/express",
    ),
    "lifesize": ("https://call.lifesizecloud.com/abc",),
    "butter": ("https://app.butter.us/login", "https://butter.us/room"),
    "tuple": ("https://tuple.app/pricing", "https://tuple.app/c/"),
    "pop": ("https://pop.com/j/123-456-78", "https://pop.com/blog"),
    "luma": ("https://lu.ma/event", "https://lu.ma/event/evt-1"),
    "la-suite-visio": ("https://visio.numerique.gouv.fr/azer-tyu-qsdf",),
    "nextcloud-talk": (
        "https://cloud.example.org/call/tok",
        "https://mynextcloud.example.org/call/tok",
        "http://nextcloud.example.org/call/tok",
        "https://nextcloud.example.org/call/",
    ),
    "element-call": (
        "https://call.element.io/room/",
        "https://call.element.io/room/#/",
        "https://call.element.io/login",
    ),
    "mirotalk": ("https://p2p.mirotalk.com/about", "https://mirotalk.com/join/r"),
    "ping-gg": ("https://ping.gg/jo", "https://ping.gg/call/jo/x"),
    "roam": ("https://ro.am/r/", "https://ro.am/r/#/p/a", "https://ro.am/blog"),
    "campfire": ("https://party.campfire.to/login", "https://campfire.to/team"),
    "salesroom": ("https://sr.chat", "https://www.sr.chat", "https://evil.com/x.sr.chat"),
    "sirius-video": ("https://sirius.video/blog", "https://sirius.video"),
    "huddle01": ("https://huddle01.com/room/a", "https://app.huddle01.com/rooms/a"),
    "demodesk": ("https://demodesk.com/pricing", "https://demodesk.com/ABCDEFG"),
    "dialpad": ("https://meetings.dialpad.com/room/acme", "https://uberconference.com/login"),
    "join-me": ("https://join.me/download", "https://join.me/", "https://www.join.me/jo"),
    "teamviewer-meeting": ("https://go.teamviewer.com/v15/s123", "https://go.teamviewer.com/m1"),
    "vsee": ("https://vsee.com/clinic", "https://vsee.com/c/"),
    "starleaf": ("https://meet.starleaf.com/abc",),
    "workplace": ("https://acme.workplace.com/chat/t/1", "https://acme.workplace.com/groupcall/1"),
    "gong": ("https://app.gong.io/call?id=1", "https://join.gong.io/acme"),
    "chorus": ("https://go.chorus.ai/abc",),
    "jam": ("https://jam.systems/", "https://jam.systems/privacy"),
    "blackboard-collaborate": (
        "https://us.bbcollab.com/guest/xyz",
        "https://ca.bbcollab.com/guest/ff",
    ),
    "coscreen": ("https://join.coscreen.co/Team", "https://www.coscreen.co/a/b"),
    "vowel": ("https://app.vowel.com/", "https://app.vowel.com/g/abc"),
    "zhumu": ("https://welink.zhumu.com/j/abc", "https://zhumu.com/j/1"),
    "vimeo": ("https://vimeo.com/123456", "https://vimeo.com/event/abc"),
    "ovice": (
        "https://acme.ovice.in/",
        "https://app.ovice.com/acme",
        "https://www.ovice.com/a/@1,2",
    ),
    "preply": ("https://preply.com/en/chat/1", "https://preply.com/chat/t-room/1"),
    "userzoom": ("https://go.userzoom.com/participate/abc",),
    "venue": ("https://app.venue.live/", "https://venue.live/app/x"),
    "teemyco": ("https://app.teemyco.com/room/a",),
    "reclaim": ("https://reclaim.ai/z/a", "https://reclaim.ai/blog/a/b"),
    "pumble": ("https://meet.pumble.com/abcd-efg-hij", "https://pumble.com/abc-defg-hij"),
    "suit-conference": ("https://conference.istesuit.com/jo", "https://x.istesuit.com/jo"),
    "doxy-me": ("https://doxy.me/pricing", "https://help.doxy.me/jo", "https://doxy.me/a/b"),
    "zm-page": ("https://zm.page", "https://www.zm.page", "https://jo.zm.page/x"),
    "livekit": (
        "https://meet.livekit.io/rooms/abc-def",
        "https://cloud.livekit.io/rooms/ab1c-d2ef",
    ),
    "meetecho": (
        "https://meetings.conf.meetecho.com/ietf120/",
        "https://meetings.conf.meetecho.com/interim/?short=1",
    ),
    "proton-meet": ("https://meet.proton.me/join/id-AB12", "https://meet.proton.me/"),
    "google-hangouts": ("https://hangouts.google.com/", "https://hangouts.google.com/chat/abc"),
}

AS_LOCATION = {
    "signal": ("https://signal.me/#p/+4915112345678", "https://signal.me/#eu/AbC_1-"),
    "telegram": ("https://t.me/jo_doe",),
    "whatsapp": (
        "https://wa.me/4915112345678?text=hi",
        "https://www.wa.me/4915112345678",
        "https://wa.me/send?phone=4915112345678",
    ),
    "link": ("https://video.example.org/anything?x=1#y", "https://example.org:8443/"),
}
NOT_EVEN_AS_LOCATION = {
    "signal": ("https://signal.me/", "https://signal.me/#p/4915112345678"),
    "telegram": ("https://t.me/", "https://t.me/s/channel"),
    "whatsapp": ("https://wa.me/", "https://wa.me/hello"),
    "link": (
        "http://video.example.org/room",
        "https://jo@example.org/room",
        "https://zoom.us/pricing",
        "https://support.zoom.us/hc",
        "https://tel.meet/abc-defg-hij?pin=1",
        "https://aka.ms/JoinTeamsMeeting",
        "https://xn--bcher-kva.example/room",
        "https://localhost/room",
        "Room 5, https://example.org/map",
    ),
}

joins = [(slug, url) for slug, urls in JOIN.items() for url in urls]
no_joins = [url for urls in NO_JOIN.values() for url in urls]


@pytest.mark.parametrize(("slug", "url"), joins)
def test_a_join_link_is_recognised_as_written(slug: str, url: str) -> None:
    link = find_link(url)
    assert link is not None
    assert (link.service, link.url) == (slug, url)


@pytest.mark.parametrize("url", no_joins)
def test_other_pages_and_other_hosts_are_no_join_links(url: str) -> None:
    assert find_link(url) is None


@pytest.mark.parametrize(("slug", "url"), [(s, u) for s, us in AS_LOCATION.items() for u in us])
def test_messengers_and_unknown_hosts_count_only_as_a_location(slug: str, url: str) -> None:
    link = link_of_location(url)
    assert link is not None
    assert (link.service, link.url) == (slug, url)
    assert find_link(url) is None


@pytest.mark.parametrize("url", [u for urls in NOT_EVEN_AS_LOCATION.values() for u in urls])
def test_what_is_no_meeting_is_none_as_a_location_either(url: str) -> None:
    assert link_of_location(url) is None


def test_every_service_of_the_catalogue_is_tried_both_ways() -> None:
    slugs = {service.slug for service in SERVICES}
    assert JOIN.keys() | AS_LOCATION.keys() == slugs
    assert NO_JOIN.keys() | NOT_EVEN_AS_LOCATION.keys() == slugs
    assert len(slugs) == 81


def test_every_listed_host_serves_one_of_the_join_links_above() -> None:
    urls = [url for _, url in joins] + [url for urls in AS_LOCATION.values() for url in urls]
    tried = {url.split("/")[2].split(":")[0] for url in urls}
    listed = {host for service in SERVICES for site in service.sites for host in site.hosts}
    untried = {h for h in listed if not any(_covers(h, host) for host in tried)}
    assert untried == set()


def _covers(pattern: str, host: str) -> bool:
    start, star, end = pattern.rpartition("*")
    return host == pattern or bool(star and host.startswith(start) and host.endswith(end))


def test_names_are_for_people() -> None:
    assert service_name("google-meet") == "Google Meet"
    assert service_name(GENERIC) == "Meeting link"
    assert service_name("somewhere-new") == "somewhere-new"
