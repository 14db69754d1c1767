"""Whether a sequence can be used: its texts, and on what its mails may depend.

That is on facts that are known when a mail is to leave.
"""

from collections.abc import Iterable, Iterator

from interview_desk.domain.evaluation.checking_conditions import Mistake, condition_mistakes
from interview_desk.domain.evaluation.conditions import Condition, facts_in
from interview_desk.domain.evaluation.facts import Catalogue, Fact, catalogue_of
from interview_desk.domain.guides import GuideInvalid
from interview_desk.domain.sequences.plan import Step
from interview_desk.domain.values import Fields
from interview_desk.wire.sequences import read_sequence
from interview_desk.wire.shipped import guide_named

# What is only known where interviews are judged: nobody asks for it when a mail is to leave.
_OF_JUDGING = frozenset({"score", "segment"})


def mail_facts(guides: Iterable[Fields]) -> Catalogue:
    """Every fact that a mail may depend on, whichever of the guides the interview was held with."""
    found: dict[str, Fact] = {}
    for fields in (None, *guides):
        try:
            found |= catalogue_of(guide_named(fields))
        except GuideInvalid:
            continue
    return {name: fact for name, fact in found.items() if not _is_of_judging(name)}


def sequence_mistakes(record_id: str, fields: Fields, facts: Catalogue) -> tuple[str, ...]:
    """What is wrong with a sequence that is to be used, each in a sentence."""
    read = read_sequence(record_id, fields)
    steps = read.sequence.steps if read.sequence else ()
    found = [
        mistake.words
        for number, step in enumerate(steps, 1)
        if step.when is not None
        for mistake in _mistakes(f"Step {number}", step.when, facts)
    ]
    texts = [said for number, step in enumerate(steps, 1) for said in _broken_texts(number, step)]
    return tuple(dict.fromkeys([*read.mistakes, *found, *texts]))


def _broken_texts(number: int, step: Step) -> Iterator[str]:
    """A sentence for everything in a step's texts that cannot be filled in for anybody."""
    # The template language takes a while to load, and only who writes mails needs it.
    from interview_desk.wire.mail_templates import check

    for variant, languages in step.texts.items():
        for language, template in languages.items():
            place = f"Step {number} ({variant.replace('_', ' ')}, {language})"
            yield from (f"{place}: {mistake}" for mistake in check(template))


def _mistakes(place: str, when: Condition, facts: Catalogue) -> Iterator[Mistake]:
    judged = sorted(filter(_is_of_judging, facts_in(when)))
    if judged:
        named = ", ".join(judged)
        yield Mistake(place, f"A mail cannot depend on {named}: that is only known to rules.")
        return
    yield from condition_mistakes(place, when, facts)


def _is_of_judging(name: str) -> bool:
    return name.partition(".")[0] in _OF_JUDGING
