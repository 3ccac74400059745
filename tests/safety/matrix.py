"""Who comes in where: one line per route, `route | object | who`.

`object` is what the address is filled with (`world.py`); empty: the route names none. `who` comes in; everybody else gets the answer that
`test_matrix.py` derives: the sign-in page, "not yours to do", or what an id that nothing has would get. `-`: nobody, as that object stands.

citizen doors   owner (Mr Luo), agent (a neighbour with a mandate for handing in, correcting, withdrawing, collecting and pledging, for him),
                stranger (another citizen), helper (a helper of the hall without a mandate)
staff doors     roles, of the place that `@` names (default: 济阳, which received); somebody with every role elsewhere never gets an object
client doors    client (whose case it is), other (another system with the same scopes), office (in the name of the examiner of 临邑),
                editor (in the name of its catalogue editor, at doors of drafts)
peer doors      nobody without a signature; anyone: everybody
"""

from dataclasses import dataclass

CASE = "reception acceptance examiner chief exit supervisor liaison"
WORK = "reception acceptance examiner chief exit"

TABLE = f"""
                                                    |               | anyone
sign-in                                             |               | anyone
sign-in/code                                        |               | anyone
sign-in/unified                                     |               | anyone
sign-in/unified/return                              |               | anyone
sign-out                                            |               | anyone
language                                            |               | anyone
kiosk/end                                           |               | anyone
progress                                            |               | anyone
verify                                              |               | anyone
verify/licence                                      |               | anyone
shared                                              |               | anyone
licences/status                                     |               | anyone
licences/status/<str:list_id>                       | status list   | anyone
pledge-items                                        |               | anyone
search                                              |               | anyone
topics                                              |               | anyone
topics/<slug:topic>                                 | topic         | anyone
ask                                                 |               | anyone
chat                                                |               | anyone
points                                              |               | anyone
points/<int:point_id>                               | point of call | anyone
agreements                                          |               | anyone
agreements/<str:agreement>                          | pact          | anyone
guides                                              |               | anyone
guides/taken-<int:item_id>                          | taken         | anyone
guides/<slug:key>/<slug:place>                      | guide         | anyone
guides/<slug:key>/<slug:place>/<slug:mode>          | guide         | anyone
sitemap.xml                                         |               | anyone
sitemap-<int:number>.xml                            | sitemap       | anyone
robots.txt                                          |               | anyone
apply/<slug:key>/places                             | item          | anyone
apply/<slug:key>/questions                          | item          | anyone
apply/<slug:key>/answer                             | item          | anyone
apply/<slug:key>/start                              | item          | anyone
embed/apply/<slug:key>                              | item          | anyone
api/v1/docs                                         |               | anyone
api/v1/openapi.json                                 |               | anyone
staff/sign-in                                       |               | anyone
staff/sign-in/code                                  |               | anyone
staff/sign-out                                      |               | anyone

apply/<slug:key>/begin                              | item          | owner stranger agent
me                                                  |               | owner stranger
resume                                              |               | owner stranger
notices                                             |               | owner stranger
notices/wishes                                      |               | owner stranger
complaints                                          |               | owner stranger
companies                                           |               | owner stranger
companies/<uuid:organisation_id>                    | company       | stranger
mandates                                            |               | owner stranger
mandates/new                                        |               | owner stranger
mandates/<uuid:mandate_id>                          | mandate       | owner
mandates/<uuid:mandate_id>/sign                     | mandate       | owner
mandates/<uuid:mandate_id>/code                     | mandate       | owner
mandates/<uuid:mandate_id>/end                      | mandate       | owner
helping                                             |               | owner stranger agent helper
helping/leave                                       |               | owner stranger agent helper
helping/<uuid:mandate_id>/switch                    | mandate       | agent
helping/<uuid:mandate_id>/lay-down                  | mandate       | agent
helping/<uuid:mandate_id>/accept                    | mandate       | -
helping/<uuid:mandate_id>/decline                   | mandate       | -
drafts/<uuid:case_id>                               | draft         | owner agent
drafts/<uuid:case_id>/situation                     | draft         | owner agent
drafts/<uuid:case_id>/form                          | draft         | owner agent
drafts/<uuid:case_id>/materials                     | draft         | owner agent
drafts/<uuid:case_id>/licences                      | draft         | owner agent
drafts/<uuid:case_id>/check                         | draft         | owner agent
drafts/<uuid:case_id>/carry                         | draft         | owner
drafts/<uuid:case_id>/discard                       | draft         | owner
wallet                                              |               | owner stranger agent
wallet/<uuid:case_id>/<slug:licence>                | my licence    | owner agent
wallet/<uuid:case_id>/<slug:licence>/code           | my licence    | owner agent
wallet/<uuid:case_id>/<slug:licence>/take           | my licence    | owner agent
wallet/<uuid:case_id>/<slug:licence>/share          | my licence    | owner agent
wallet/<uuid:case_id>/<slug:licence>/shares/<uuid:share_id>/end | my share | owner agent
cases                                               |               | owner stranger agent
cases/<uuid:case_id>                                | case          | owner agent
cases/<uuid:case_id>/submitted                      | case          | owner agent
cases/<uuid:case_id>/record                         | case          | owner agent
cases/<uuid:case_id>/correct                        | case          | owner agent
cases/<uuid:case_id>/resubmit                       | case          | owner agent
cases/<uuid:case_id>/supply-tolerated               | case          | owner agent
cases/<uuid:case_id>/urge                           | case          | owner
cases/<uuid:case_id>/withdraw                       | case          | owner agent
cases/<uuid:case_id>/withdraw-pledge                | case          | owner agent
cases/<uuid:case_id>/papers                         | case          | owner agent
cases/<uuid:case_id>/papers/<str:paper>             | paper         | owner agent
cases/<uuid:case_id>/papers/<str:paper>/receive     | paper         | owner agent
cases/<uuid:case_id>/rate/<slug:about>              | rating        | owner
cases/<uuid:case_id>/readers                        | case          | owner

staff/                                              |               | {CASE}
staff/find                                          |               | {CASE}
staff/today                                         |               | {CASE}
staff/filters                                       |               | {CASE}
staff/filters/<uuid:filter_id>/forget               | filter        | {CASE}
staff/bulk                                          |               | {CASE}
staff/bulk/do                                       |               | {CASE}
staff/feedback                                      |               | {CASE}
staff/feedback/complaints/<uuid:complaint>          | complaint     | supervisor liaison
staff/feedback/follow-ups/<uuid:follow_up>          | follow-up     | supervisor
staff/enquiries                                     |               | reception acceptance examiner liaison
staff/enquiries/new                                 |               | reception
staff/enquiries/<uuid:enquiry_id>                   | enquiry       | reception acceptance examiner liaison
staff/enquiries/<uuid:enquiry_id>/answer            | enquiry       | @linyi acceptance examiner liaison
staff/enquiries/<uuid:enquiry_id>/close             | enquiry       | reception
staff/rehearsals                                    |               | catalogue_editor chief supervisor examiner
staff/rehearsals/start                              |               | catalogue_editor chief supervisor
staff/rehearsals/<uuid:rehearsal_id>                | rehearsal     | catalogue_editor chief supervisor examiner
staff/rehearsals/<uuid:rehearsal_id>/sign           | rehearsal     | chief supervisor
staff/rehearsals/<uuid:rehearsal_id>/publish        | rehearsal     | catalogue_editor
staff/guidance                                      |               | reception helper
staff/guidance/<uuid:conversation>                  | conversation  | reception helper
staff/guidance/<uuid:conversation>/answer           | conversation  | reception helper
staff/guidance/<uuid:conversation>/close            | conversation  | reception helper
staff/topics                                        |               | catalogue_editor
staff/topics/<slug:topic>                           | topic         | catalogue_editor
staff/agreements                                    |               | liaison chief catalogue_editor supervisor
staff/agreements/clauses                            |               | liaison chief catalogue_editor supervisor
staff/agreements/new                                |               | liaison catalogue_editor
staff/agreements/drafts/<uuid:draft_id>             | pact draft    | liaison chief catalogue_editor supervisor
staff/agreements/drafts/<uuid:draft_id>/write       | pact draft    | liaison catalogue_editor
staff/agreements/drafts/<uuid:draft_id>/propose     | pact draft    | chief
staff/agreements/rounds/<str:document>              | pact round    | liaison chief catalogue_editor supervisor
staff/agreements/rounds/<str:document>/sign         | pact round    | chief
staff/agreements/of/<str:agreement>                 | pact          | liaison chief catalogue_editor supervisor
staff/agreements/of/<str:agreement>/amend           | pact          | liaison catalogue_editor
staff/agreements/of/<str:agreement>/leave           | pact          | chief
staff/searches                                      |               | catalogue_editor
staff/searches/teach                                |               | catalogue_editor
staff/searches/forget                               |               | catalogue_editor
staff/rules                                         |               | catalogue_editor chief supervisor examiner
staff/rules/<slug:key>                              | item          | catalogue_editor chief supervisor examiner
staff/rules/<slug:key>/draft                        | item          | catalogue_editor
staff/rules/<slug:key>/rehearse                     | item          | catalogue_editor
staff/rules/<slug:key>/examples                     | item          | catalogue_editor chief supervisor examiner
staff/rules/<slug:key>/examples.xlsx                | item          | catalogue_editor chief supervisor examiner
staff/rules/<slug:key>/points/<str:point>           | point         | catalogue_editor chief supervisor examiner
staff/rules/<slug:key>/points/<str:point>/write     | point         | catalogue_editor
staff/items                                         |               | catalogue_editor chief supervisor examiner
staff/items/lint                                    |               | catalogue_editor chief supervisor examiner
staff/items/taken                                   |               | catalogue_editor chief supervisor examiner
staff/items/taken/<int:item_id>                     | taken         | catalogue_editor chief supervisor examiner
staff/items/taken/<int:item_id>/compare             | taken         | catalogue_editor chief supervisor examiner
staff/items/taken/<int:item_id>/adjust              | taken         | catalogue_editor
staff/items/taken/<int:item_id>/draft               | taken         | catalogue_editor
staff/items/definition                              |               | catalogue_editor
staff/items/definition/take                         |               | catalogue_editor
staff/items/imports                                 |               | catalogue_editor
staff/items/imports/template.xlsx                   |               | catalogue_editor
staff/items/imports/<uuid:report_id>                | report        | catalogue_editor
staff/items/imports/<uuid:report_id>/take           | report        | catalogue_editor
staff/items/imports/<uuid:report_id>/report.json    | report        | catalogue_editor
staff/items/national.xlsx                           |               | catalogue_editor
staff/compare                                       |               | catalogue_editor chief supervisor examiner liaison
staff/compare/table                                 |               | catalogue_editor chief supervisor examiner liaison
staff/compare/tasks                                 |               | catalogue_editor chief supervisor examiner liaison
staff/compare/tasks/recheck                         |               | catalogue_editor chief supervisor examiner liaison
staff/compare/tasks/<int:task_id>/note              | task          | catalogue_editor liaison
staff/compare/agreements/<str:agreement>            | agreement     | catalogue_editor chief supervisor examiner liaison
staff/compare/items/<slug:key>                      | compared      | catalogue_editor chief supervisor examiner liaison
staff/compare/standards/<slug:key>                  | compared      | catalogue_editor chief supervisor examiner liaison
staff/compare/standards/<slug:key>/adopt            | compared      | catalogue_editor
staff/items/<slug:key>                              | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/definition.yaml              | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/edit                         | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/edit/draft                   | item          | catalogue_editor
staff/items/<slug:key>/edit/rehearse                | item          | catalogue_editor
staff/items/<slug:key>/edit/publish                 | item          | catalogue_editor
staff/items/<slug:key>/edit/tree                    | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/edit/tree/write              | item          | catalogue_editor
staff/items/<slug:key>/edit/<slug:part>             | part          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/edit/<slug:part>/<str:id>    | thing         | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/edit/<slug:part>/<str:id>/write | thing         | catalogue_editor
staff/items/<slug:key>/preview                      | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/preview/<slug:sheet>         | sheet         | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/compare                      | item          | catalogue_editor chief supervisor examiner
staff/items/<slug:key>/adjust                       | item          | catalogue_editor
staff/supervision                                   |               | inspector chief supervisor
staff/supervision/<uuid:case_id>                    | inspected     | @linyi inspector chief supervisor
staff/supervision/<uuid:case_id>/claim              | inspected     | @linyi inspector
staff/supervision/<uuid:case_id>/report             | inspected     | @linyi inspector
staff/supervision/<uuid:case_id>/order              | inspected     | @linyi inspector
staff/supervision/<uuid:case_id>/corrected          | inspected     | @linyi inspector
staff/supervision/<uuid:case_id>/revoke             | inspected     | @linyi chief
staff/licences                                      |               | examiner chief supervisor
staff/licences/<int:reservation>/retry              | blocked       | @linyi examiner chief supervisor
staff/licences/<int:reservation>/stop               | blocked       | @linyi chief
staff/cases/<uuid:case_id>/licences/<int:seq>       | licence       | {CASE}
staff/cases/<uuid:case_id>/licences/<int:seq>/change | licence      | @linyi chief
staff/cases/<uuid:case_id>/licences/<int:seq>/confirm | licence     | @linyi chief supervisor
staff/cases/<uuid:case_id>/licences/<int:seq>/decline | licence     | @linyi chief supervisor
staff/seals                                         |               | chief operator supervisor
staff/seals/new                                     |               | chief operator
staff/seals/<uuid:seal_id>                          | seal          | chief operator supervisor
staff/seals/<uuid:seal_id>/picture                  | seal          | chief operator supervisor
staff/seals/<uuid:seal_id>/confirm                  | seal          | supervisor
staff/seals/<uuid:seal_id>/decline                  | seal          | supervisor
staff/seals/<uuid:seal_id>/stop                     | seal          | chief operator supervisor
staff/licence-forms                                 |               | chief operator supervisor catalogue_editor
staff/licence-forms/<slug:type>                     | form          | chief operator supervisor catalogue_editor
staff/licence-forms/<slug:type>/picture             | form          | chief operator supervisor catalogue_editor
staff/licence-forms/<slug:type>/edit                | form          | catalogue_editor
staff/licence-forms/<slug:type>/publish             | form          | chief supervisor
staff/licence-forms/<slug:type>/drop                | form          | chief supervisor catalogue_editor
staff/licence-forms/<slug:type>/versions            | form          | chief operator supervisor catalogue_editor
staff/licence-forms/<slug:type>/versions/<int:version> | form version | chief operator supervisor catalogue_editor
staff/licence-forms/<slug:type>/versions/<int:version>/picture | form version | chief operator supervisor catalogue_editor
staff/blanks                                        |               | reception exit chief supervisor
staff/blanks/receive                                |               | chief supervisor
staff/blanks/hand-out                               |               | chief supervisor
staff/blanks/use                                    |               | reception exit chief supervisor
staff/blanks/void                                   |               | reception exit chief supervisor
staff/seal-orders                                   |               | reception exit chief supervisor
staff/seal-orders/new                               |               | reception exit chief supervisor
staff/seal-orders/makers                            |               | chief supervisor
staff/seal-orders/makers/<int:maker>/end            | seal maker    | chief supervisor
staff/seal-orders/<uuid:order_id>                   | seal order    | reception exit chief supervisor
staff/seal-orders/<uuid:order_id>/send              | seal order    | reception exit chief supervisor
staff/seal-orders/<uuid:order_id>/made              | seal order    | reception exit chief supervisor
staff/seal-orders/<uuid:order_id>/deliver           | seal order    | reception exit chief supervisor
staff/seal-orders/<uuid:order_id>/withdraw          | seal order    | chief supervisor
staff/automatic                                     |               | examiner chief supervisor
staff/automatic/samples/<uuid:sample_id>            | sample        | examiner chief supervisor
staff/automatic/steer                               |               | chief supervisor
staff/readings                                      |               | supervisor
staff/readings/<uuid:alarm_id>/close                | alarm         | supervisor
staff/mandates                                      |               | reception
staff/mandates/given                                |               | reception
staff/mandates/<uuid:mandate_id>/revoke             | mandate       | -
staff/companies                                     |               | reception
staff/companies/<uuid:organisation_id>/confirm      | company       | -
staff/reception                                     |               | reception
staff/reception/questions                           |               | reception
staff/reception/who                                 |               | reception
staff/reception/resume                              |               | reception
staff/reception/clear                               |               | reception
staff/reception/<uuid:case_id>/who                  | counter draft | reception
staff/reception/<uuid:case_id>/form                 | counter draft | reception
staff/reception/<uuid:case_id>/materials            | counter draft | reception
staff/reception/<uuid:case_id>/check                | counter draft | reception
staff/reception/<uuid:case_id>/sign                 | counter draft | reception
staff/reception/<uuid:case_id>/signature            | counter draft | -
staff/reception/<uuid:case_id>/carry                | counter draft | reception
staff/reception/<uuid:case_id>/discard              | counter draft | reception
staff/cases/<uuid:case_id>                          | received      | {CASE}
staff/cases/<uuid:case_id>/record                   | received      | {CASE}
staff/cases/<uuid:case_id>/receipt                  | received      | {CASE}
staff/cases/<uuid:case_id>/receipt/code             | received      | reception
staff/cases/<uuid:case_id>/files/<str:cipher>       | file          | {CASE}
staff/cases/<uuid:case_id>/readings/<str:cipher>    | read          | @linyi {CASE}
staff/cases/<uuid:case_id>/readings/<str:cipher>/confirm | read       | @linyi acceptance examiner
staff/cases/<uuid:case_id>/papers                   | received      | {CASE}
staff/cases/<uuid:case_id>/papers/<str:paper>       | counter paper | {CASE}
staff/cases/<uuid:case_id>/papers/<str:paper>/serve  | counter paper | {WORK}
staff/cases/<uuid:case_id>/hand-over                | received      | reception
staff/cases/<uuid:case_id>/receive                  | received      | reception
staff/cases/<uuid:case_id>/return                   | received      | reception
staff/cases/<uuid:case_id>/withdraw                 | received      | reception
staff/cases/<uuid:case_id>/withdraw-pledge          | received      | reception
staff/cases/<uuid:case_id>/recall                   | received      | reception
staff/cases/<uuid:case_id>/supplement               | received      | reception
staff/cases/<uuid:case_id>/complete                 | received      | reception
staff/cases/<uuid:case_id>/resubmit                 | received      | reception
staff/cases/<uuid:case_id>/supply-tolerated         | received      | reception
staff/cases/<uuid:case_id>/message                  | received      | reception acceptance examiner chief supervisor liaison
staff/cases/<uuid:case_id>/urge                     | received      | reception acceptance examiner chief supervisor liaison
staff/cases/<uuid:case_id>/accept                   | taken over    | @linyi acceptance examiner
staff/cases/<uuid:case_id>/not-accept               | taken over    | @linyi acceptance examiner
staff/cases/<uuid:case_id>/request-correction       | taken over    | @linyi acceptance examiner
staff/cases/<uuid:case_id>/allow-correction         | taken over    | @linyi supervisor
staff/cases/<uuid:case_id>/examine                  | taken over    | @linyi examiner
staff/cases/<uuid:case_id>/approve                  | taken over    | @linyi examiner chief
staff/cases/<uuid:case_id>/refuse                   | taken over    | @linyi examiner chief
staff/cases/<uuid:case_id>/ordinary-way             | taken over    | @linyi acceptance examiner chief
staff/cases/<uuid:case_id>/retry-effect             | taken over    | @linyi -
staff/cases/<uuid:case_id>/hand-back                | taken over    | @linyi acceptance examiner
staff/cases/<uuid:case_id>/send-back                | taken over    | @linyi acceptance examiner
staff/cases/<uuid:case_id>/special/start            | taken over    | @linyi examiner chief
staff/cases/<uuid:case_id>/special/end              | taken over    | @linyi examiner chief
staff/cases/<uuid:case_id>/extend                   | taken over    | @linyi chief
staff/cases/<uuid:case_id>/countersign/ask          | taken over    | @linyi examiner chief
staff/cases/<uuid:case_id>/countersign              | taken over    | @linyi examiner chief supervisor liaison
staff/cases/<uuid:case_id>/assign                   | taken over    | @linyi acceptance chief supervisor
staff/cases/<uuid:case_id>/recuse                   | taken over    | @linyi acceptance examiner chief supervisor
staff/cases/<uuid:case_id>/archive                  | taken over    | @linyi examiner chief exit
staff/node/                                         |               | operator supervisor
staff/node/find                                     |               | operator supervisor
staff/node/retry                                    |               | operator
staff/node/cases/<uuid:case_id>                     | received      | operator supervisor
staff/node/cases/<uuid:case_id>/release             | received      | operator
staff/node/cases/<uuid:case_id>/answer              | received      | operator
staff/node/cases/<uuid:case_id>/retry               | received      | operator
staff/node/cases/<uuid:case_id>/confirm             | received      | -
staff/node/cases/<uuid:case_id>/withdraw            | received      | -
staff/node/cases/<uuid:case_id>/evidence            | received      | -

api/v1/agreements                                   |               | client other office
api/v1/agreements/<id>                              | pact          | client other office
api/v1/items                                        |               | client other office
api/v1/items/<key>                                  | item          | client other office
api/v1/items/<key>/history                           | item          | client other office
api/v1/items/<key>/comparison                        | item          | client other office
api/v1/items/<key>/definition                        | item          | client other office
api/v1/items/<key>/findings                          | item          | client other office
api/v1/items/<key>/standards                         | item          | client other office
api/v1/drafts                                       |               | editor
api/v1/drafts/<key>                                 | api draft     | editor
api/v1/drafts/<key>/publication                     | api draft     | editor
api/v1/imports                                          |               | editor
api/v1/imports/<uuidstr:report_id>/take                 | report        | editor
api/v1/national-tables                                  |               | editor
api/v1/comparisons/items/<key>                      | compared      | client other office
api/v1/comparisons/agreements/<agreement>           | agreement     | client other office
api/v1/comparisons/tasks                            |               | client other office
api/v1/search                                       |               | client other office
api/v1/guidance/topics                              |               | client other office
api/v1/guidance/answers                             |               | client other office
api/v1/guidance/points                              |               | client other office
api/v1/guides/<key>                                 | item          | client other office
api/v1/cases                                        |               | client other
api/v1/cases/<uuidstr:case_id>                      | own case      | client
api/v1/cases/<uuidstr:case_id>/timeline             | own case      | client
api/v1/cases/<uuidstr:case_id>/record               | own case      | client
api/v1/cases/<uuidstr:case_id>/papers               | own case      | client
api/v1/cases/<uuidstr:case_id>/notices              | own case      | client
api/v1/cases/<uuidstr:case_id>/supplement           | own case      | client
api/v1/cases/<uuidstr:case_id>/withdraw             | own case      | client
api/v1/decisions/<uuidstr:case_id>/accept           | taken over    | office
api/v1/decisions/<uuidstr:case_id>/not-accept       | taken over    | office
api/v1/decisions/<uuidstr:case_id>/request-correction | taken over  | office
api/v1/decisions/<uuidstr:case_id>/examine          | taken over    | office
api/v1/decisions/<uuidstr:case_id>/approve          | taken over    | office
api/v1/decisions/<uuidstr:case_id>/refuse           | taken over    | office
api/v1/worklists/<desk>                             | desk          | office
api/v1/licences/verify                              |               | client other office
api/v1/webhooks                                     |               | client other office
api/v1/webhooks/<uuidstr:webhook_id>                | webhook       | client
api/v1/webhooks/<uuidstr:webhook_id>/deliveries     | webhook       | client
api/v1/webhooks/<uuidstr:webhook_id>/deliveries/<uuidstr:delivery_id>/redeliver | delivery | -

txp/1/events                                        |               | -
txp/1/cases/<uuid:case_id>/events                   | received      | -
txp/1/cases/<uuid:case_id>/items                    | received      | -
txp/1/cases/<uuid:case_id>/receipts                 | received      | -
txp/1/cases/<uuid:case_id>/credential               | received      | -
txp/1/promises                                      |               | -
txp/1/declarations                                  |               | -
txp/1/buckets                                       |               | -
txp/1/heads                                         |               | -
txp/1/blobs/<str:cipher>                            | file          | -
txp/1/definitions                                   |               | -
txp/1/definitions/<str:hash>                        | hash          | -
txp/1/members                                       |               | -
txp/1/members/<int:version>                         | version       | -
txp/1/agreements                                    |               | -
txp/1/agreements/<str:hash>                         | hash          | -
txp/1/agreement-statements                          |               | -
txp/1/agreement-statements/<str:hash>               | hash          | -
txp/1/fences                                        |               | -
txp/1/checkpoints                                   |               | -
txp/1/checkpoints/proof                             |               | -
"""


@dataclass(frozen=True)
class Entry:
    route: str
    object: str
    place: str
    who: frozenset[str]


def read(line: str) -> Entry:
    route, object, who = (cell.strip() for cell in line.split("|"))
    words = who.split()
    place = next((word[1:] for word in words if word.startswith("@")), "jiyang")
    return Entry(route, object, place, frozenset(word for word in words if word != "-" and not word.startswith("@")))


ENTRIES = [read(line) for line in TABLE.splitlines() if "|" in line]
