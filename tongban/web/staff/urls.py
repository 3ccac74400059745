"""Doors of the desks."""

from django.urls import path

from tongban.web.staff import acts, case, reception, sign_in, worklist

app_name = "staff"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.second_factor, name="sign-in-code"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("reception", reception.start, name="reception"),
    path("reception/questions", reception.ask, name="reception-questions"),
    path("reception/who", reception.who, name="reception-who"),
    path("reception/clear", reception.clear, name="reception-clear"),
    path("reception/<uuid:case_id>/who", reception.person, name="reception-person"),
    path("reception/<uuid:case_id>/form", reception.form, name="reception-form"),
    path("reception/<uuid:case_id>/materials", reception.materials, name="reception-materials"),
    path("reception/<uuid:case_id>/check", reception.check, name="reception-check"),
    path("reception/<uuid:case_id>/discard", reception.discard, name="reception-discard"),
    path("cases/<uuid:case_id>", case.case, name="case"),
    path("cases/<uuid:case_id>/receipt", case.receipt, name="receipt"),
    path("cases/<uuid:case_id>/supplement", case.supplement, name="supplement"),
    path("cases/<uuid:case_id>/record", case.record, name="record"),
    path("cases/<uuid:case_id>/files/<str:cipher>", case.file, name="file"),
    path("cases/<uuid:case_id>/hand-over", acts.hand_over, name="hand-over"),
    path("cases/<uuid:case_id>/accept", acts.accept, name="accept"),
    path("cases/<uuid:case_id>/not-accept", acts.not_accept, name="not-accept"),
    path("cases/<uuid:case_id>/request-correction", acts.request_correction, name="request-correction"),
    path("cases/<uuid:case_id>/approve", acts.approve, name="approve"),
    path("cases/<uuid:case_id>/refuse", acts.refuse, name="refuse"),
    path("cases/<uuid:case_id>/retry-effect", acts.retry_effect, name="retry-effect"),
    path("cases/<uuid:case_id>/withdraw", acts.withdraw, name="withdraw"),
]
