import time
import pytest
from tongban.project import walk_case
pytestmark=[pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]
def test_it(alliance):
    t=time.time()
    v, case = alliance.hand_in(alliance.newcomer())
    page = walk_case.wait_until_effective(v, case)
    print(time.time()-t, alliance.sites["linyi"].kinds(case))
    assert alliance.sites["linyi"].chain(case) == alliance.sites["jiyang"].chain(case)
    print(len(alliance.sites["linyi"].listener.conversations), len(alliance.sites["linyi"].listener.everything))
    d = alliance.desk("linyi","examiner")
    print(d.open("/staff/").headings)
    v.client.close()
