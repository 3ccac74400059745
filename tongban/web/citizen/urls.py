"""Doors of the citizen portal. No address says anything about a person: a case is named by its random id."""

from django.urls import path

from tongban.web.citizen import apply, cases, drafts, home, identity, sign_in

app_name = "citizen"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.code, name="sign-in-code"),
    path("sign-in/unified", sign_in.unified, name="sign-in-unified"),
    path("sign-in/unified/return", sign_in.unified_return, name="sign-in-unified-return"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("me", identity.me, name="me"),
    path("apply/<slug:key>/places", apply.places, name="places"),
    path("apply/<slug:key>/questions", apply.questions, name="questions"),
    path("apply/<slug:key>/answer", apply.answer, name="answer"),
    path("apply/<slug:key>/start", apply.start, name="start"),
    path("apply/<slug:key>/begin", apply.begin, name="begin"),
    path("drafts/<uuid:case_id>", drafts.tasks, name="draft"),
    path("drafts/<uuid:case_id>/situation", drafts.situation, name="situation"),
    path("drafts/<uuid:case_id>/form", drafts.form, name="form"),
    path("drafts/<uuid:case_id>/materials", drafts.materials, name="materials"),
    path("drafts/<uuid:case_id>/check", drafts.check, name="check"),
    path("drafts/<uuid:case_id>/discard", drafts.discard, name="discard"),
    path("cases", cases.mine, name="cases"),
    path("cases/<uuid:case_id>", cases.case, name="case"),
    path("cases/<uuid:case_id>/submitted", cases.submitted, name="submitted"),
    path("cases/<uuid:case_id>/record", cases.record, name="record"),
    path("cases/<uuid:case_id>/correct", cases.correct, name="correct"),
    path("cases/<uuid:case_id>/withdraw", cases.withdraw, name="withdraw"),
]
