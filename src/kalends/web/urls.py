"""The addresses of the screens: URL name = view name = template = test."""

from django.urls import path

from kalends.web.views.archive import archive
from kalends.web.views.both_sides import event_both, outlook_held_both
from kalends.web.views.calendar import calendar, calendar_events
from kalends.web.views.changes_stream import changes_stream
from kalends.web.views.conflicts import conflict_settle, conflicts
from kalends.web.views.contacts import contacts
from kalends.web.views.event import event, event_panel
from kalends.web.views.event_archive import event_archive
from kalends.web.views.event_delete import event_delete
from kalends.web.views.event_edit import event_edit
from kalends.web.views.event_file import event_file
from kalends.web.views.event_invite import event_invite
from kalends.web.views.event_mails import event_mails, event_new_mails
from kalends.web.views.event_move import event_move
from kalends.web.views.event_new import event_new
from kalends.web.views.event_respond import event_respond
from kalends.web.views.event_restore import event_restore, event_unarchive
from kalends.web.views.event_tell import event_tell
from kalends.web.views.event_undo import event_undo
from kalends.web.views.invitation import invitation
from kalends.web.views.mails import mail, mails
from kalends.web.views.outlook import outlook_mails, outlook_mine, outlook_state, outlook_stop, outlook_sync_now
from kalends.web.views.outlook_connect import outlook_admin_consent, outlook_callback, outlook_connect
from kalends.web.views.outlook_disconnect import outlook_disconnect
from kalends.web.views.outlook_held import outlook_held, outlook_held_decide
from kalends.web.views.outlook_notifications import outlook_notifications
from kalends.web.views.outlook_reset import outlook_reset
from kalends.web.views.outlook_runs import outlook_run, outlook_run_undo, outlook_runs
from kalends.web.views.outlook_start import outlook_start, outlook_start_rows
from kalends.web.views.people import people, person, person_new
from kalends.web.views.people_sync import people_sync, people_sync_all, person_sync
from kalends.web.views.profile import profile
from kalends.web.views.search import search
from kalends.web.views.settings import settings, settings_all
from kalends.web.views.settings_outlook import settings_outlook, settings_outlook_check
from kalends.web.views.sign_in import sign_in, sign_out
from kalends.web.views.trash import trash

urlpatterns = [
    path("", calendar, name="calendar"),
    path("calendar/events", calendar_events, name="calendar_events"),
    path("changes/stream", changes_stream, name="changes_stream"),
    path("events/new", event_new, name="event_new"),
    path("events/new/mails", event_new_mails, name="event_new_mails"),
    path("events/<str:event_id>/", event, name="event"),
    path("events/<str:event_id>/panel", event_panel, name="event_panel"),
    path("events/<str:event_id>/edit", event_edit, name="event_edit"),
    path("events/<str:event_id>/mails", event_mails, name="event_mails"),
    path("events/<str:event_id>/move", event_move, name="event_move"),
    path("events/<str:event_id>/respond", event_respond, name="event_respond"),
    path("events/<str:event_id>/delete", event_delete, name="event_delete"),
    path("events/<str:event_id>/archive", event_archive, name="event_archive"),
    path("events/<str:event_id>/unarchive", event_unarchive, name="event_unarchive"),
    path("events/<str:event_id>/restore", event_restore, name="event_restore"),
    path("events/<str:event_id>/event.ics", event_file, name="event_file"),
    path("events/<str:event_id>/tell", event_tell, name="event_tell"),
    path("events/<str:event_id>/invite", event_invite, name="event_invite"),
    path("events/<str:event_id>/undo/<uuid:edit>", event_undo, name="event_undo"),
    path("events/<str:event_id>/both", event_both, name="event_both"),
    path("search", search, name="search"),
    path("contacts", contacts, name="contacts"),
    path("trash", trash, name="trash"),
    path("archive", archive, name="archive"),
    path("conflicts", conflicts, name="conflicts"),
    path("conflicts/<int:conflict_id>", conflict_settle, name="conflict_settle"),
    path("invitations/<str:token>", invitation, name="invitation"),
    path("mails/", mails, name="mails"),
    path("mails/<uuid:mail_id>/", mail, name="mail"),
    path("outlook/state", outlook_state, name="outlook_state"),
    path("outlook/", outlook_mine, name="outlook_mine"),
    path("outlook/connect", outlook_connect, name="outlook_connect"),
    path("microsoft_account/authentication", outlook_callback, name="outlook_callback"),
    path("oauth2/outlook/callback", outlook_callback, name="outlook_callback_older"),
    path("outlook/start", outlook_start, name="outlook_start"),
    path("outlook/start/rows", outlook_start_rows, name="outlook_start_rows"),
    path("outlook/stop", outlook_stop, name="outlook_stop"),
    path("outlook/sync-now", outlook_sync_now, name="outlook_sync_now"),
    path("outlook/mails", outlook_mails, name="outlook_mails"),
    path("outlook/held", outlook_held, name="outlook_held"),
    path("outlook/held/<int:hold_id>", outlook_held_decide, name="outlook_held_decide"),
    path("outlook/held/<int:hold_id>/both", outlook_held_both, name="outlook_held_both"),
    path("outlook/disconnect", outlook_disconnect, name="outlook_disconnect"),
    path("outlook/reset", outlook_reset, name="outlook_reset"),
    path("outlook/runs", outlook_runs, name="outlook_runs"),
    path("outlook/runs/<int:run_id>", outlook_run, name="outlook_run"),
    path("outlook/runs/<int:run_id>/undo", outlook_run_undo, name="outlook_run_undo"),
    path("outlook/notifications", outlook_notifications, name="outlook_notifications"),
    path("outlook/admin-consent", outlook_admin_consent, name="outlook_admin_consent"),
    path("settings/", settings, name="settings"),
    path("settings/outlook", settings_outlook, name="settings_outlook"),
    path("settings/outlook/check", settings_outlook_check, name="settings_outlook_check"),
    path("settings/all", settings_all, name="settings_all"),
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
    path("profile/", profile, name="profile"),
    path("people/", people, name="people"),
    path("people/sync", people_sync, name="people_sync"),
    path("people/sync/all", people_sync_all, name="people_sync_all"),
    path("people/new", person_new, name="person_new"),
    path("people/<int:person_id>/", person, name="person"),
    path("people/<int:person_id>/sync", person_sync, name="person_sync"),
]
