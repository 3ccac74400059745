"""Doors of the desks."""

from django.urls import path

from tongban.web.staff import acts, case, node, reception, sign_in, worklist

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
    path("cases/<uuid:case_id>/message", acts.message, name="message"),
    path("cases/<uuid:case_id>/recall", acts.recall, name="recall"),
    path("cases/<uuid:case_id>/hand-back", acts.hand_back, name="hand-back"),
    path("cases/<uuid:case_id>/send-back", acts.send_back, name="send-back"),
    path("cases/<uuid:case_id>/complete", case.complete, name="complete"),
    path("node/", node.overview, name="node"),
    path("node/find", node.find, name="node-find"),
    path("node/retry", node.retry_peer, name="node-retry-peer"),
    path("node/cases/<uuid:case_id>", node.case, name="node-case"),
    path("node/cases/<uuid:case_id>/release", node.release, name="node-release"),
    path("node/cases/<uuid:case_id>/answer", node.answer, name="node-answer"),
    path("node/cases/<uuid:case_id>/confirm", node.confirm, name="node-confirm"),
    path("node/cases/<uuid:case_id>/withdraw", node.withdraw, name="node-withdraw"),
    path("node/cases/<uuid:case_id>/retry", node.retry, name="node-retry"),
    path("node/cases/<uuid:case_id>/evidence", node.evidence, name="node-evidence"),
]
