"""The guide and the rules that come along can be used as they are."""

import hashlib
import json

from interview_desk.domain.guides import FieldType
from interview_desk.wire.evaluation import publishable, rule_set_of
from interview_desk.wire.shipped import (
    SHIPPED_RULES_ID,
    guide_named,
    shipped_guide_fields,
    shipped_rule_fields,
    shipped_rules,
)


def test_the_rules_that_come_along_could_be_published():
    assert publishable(shipped_rule_fields(), guide_named(None)) == shipped_rules()


def test_other_rules_come_along_under_another_id():
    # What changes here changes how everybody is judged: give the file a new id, and this one too.
    spelled = json.dumps(shipped_rule_fields(), sort_keys=True)
    named = (hashlib.sha256(spelled.encode()).hexdigest()[:16], SHIPPED_RULES_ID)
    assert named == ("9a7a73415143ea63", "4c7c7c9a-e486-524d-a9a0-b9da256a3f3c")


def test_every_level_that_is_rated_is_anchored():
    for criterion in shipped_rules().asked:
        assert [level for level, _ in criterion.anchors] == [1, 2, 3, 4, 5]


def test_a_record_names_its_own_guide():
    fields = {**shipped_guide_fields(), "name": "Ours"}
    assert guide_named(fields).name == "Ours"
    assert guide_named(None).stages[0].fields[0].type is FieldType.TEXT


def test_the_rules_that_come_along_read_the_same_twice():
    assert rule_set_of(shipped_rule_fields()) == shipped_rules()
