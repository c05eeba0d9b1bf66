"""From counts to the figures of the report: shares with their intervals, and differences to the hold-out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from agents.report.counting import OTHERS, ReportTerms, RowCounting, RowCounts, RowKey
from agents.report.intervals import ALPHA, CountedGroup, Interval, of_difference, of_share

NO_HOLD_OUT: Final = "no hold-out: not a cause"
THE_HOLD_OUT: Final = "the hold-out"
AFTER_THE_DRAW: Final = "split by what came after the draw: not a cause"
UNTOLD: Final = "a core before 3 told no cures of the hold-out: not a cause"
BEGUN_BEFORE: Final = "the experiment began before the period: not a cause"
_CENT: Final = Decimal("0.01")


class PartPrice(NamedTuple):
    """What one SMS costs, in major units."""

    amount: Decimal
    currency: str


class SeenShare(NamedTuple):
    """So many of so many accounts, and between which shares the chance lies."""

    seen: int
    of: int
    interval: Interval

    @property
    def rate(self) -> float:
        """The share seen; 0 of nothing."""
        return self.seen / self.of if self.of else 0.0


class CureDifference(NamedTuple):
    """The share cured less that of the hold-out."""

    rate: float
    interval: Interval


class ReportRow(NamedTuple):
    """One row, finished."""

    key: RowKey
    sent: int
    withheld: int
    receipted: int
    delivered: int
    entered: int
    cured: SeenShare
    days_median: int | None
    """Until half of those who owed were cured; None while fewer were."""
    price_per_cure: Decimal | None
    complained: SeenShare
    opted_out: SeenShare
    handed_off: SeenShare
    difference: CureDifference | None
    standing: str
    """Why there is no difference; empty where there is one."""


class ReportTable(NamedTuple):
    """Everything that is shown."""

    terms: ReportTerms
    rows: tuple[ReportRow, ...]
    price: PartPrice | None
    compared: int
    """Rows with a difference: their intervals hold for all of them together."""
    notes: tuple[str, ...]


def finished(counting: RowCounting, began_ms: Mapping[str, int] | None, price: PartPrice | None) -> ReportTable:
    """The table; ``began_ms`` tells the first instant of each experiment, None that nothing earlier is left out."""
    terms, rows = counting.terms, counting.rows
    pools = _hold_outs(rows, terms)
    standing = {key: _standing(key, rows, terms, pools, began_ms) for key in rows}
    compared = sum(not words for words in standing.values())
    made = tuple(
        _row(key, rows[key], standing[key], pools.get(_pool(key, terms)), ALPHA / max(1, compared), price)
        for key in sorted(rows)
    )
    return ReportTable(terms, made, price, compared, tuple(_notes(counting, made, price)))


def _pool(key: RowKey, terms: ReportTerms) -> RowKey:
    """What a row shares with its hold-out: the experiment, and all but the arm."""
    return tuple(value.partition("/")[0] if name == "arm" else value for name, value in zip(terms.by, key, strict=True))


def _hold_outs(rows: Mapping[RowKey, RowCounts], terms: ReportTerms) -> dict[RowKey, CountedGroup]:
    pools: dict[RowKey, CountedGroup] = {}
    if not terms.comparable:
        return pools
    for key, counts in rows.items():
        if _is_hold_out(counts):
            known = pools.get(_pool(key, terms), CountedGroup(0, 0))
            pools[_pool(key, terms)] = CountedGroup(known.successes + counts.cured, known.total + counts.counted)
    return pools


def _is_hold_out(counts: RowCounts) -> bool:
    return counts.withheld > 0 and counts.sent == 0


def _standing(
    key: RowKey,
    rows: Mapping[RowKey, RowCounts],
    terms: ReportTerms,
    pools: Mapping[RowKey, CountedGroup],
    began_ms: Mapping[str, int] | None,
) -> str:
    if not terms.comparable:
        return AFTER_THE_DRAW if "arm" in terms.by else NO_HOLD_OUT
    if _is_hold_out(rows[key]):
        return THE_HOLD_OUT
    experiment, _, arm = key[terms.by.index("arm")].partition("/")
    untold = any(counts.untold for other, counts in rows.items() if _pool(other, terms) == _pool(key, terms))
    if not arm or key[0] == OTHERS or _pool(key, terms) not in pools:
        return NO_HOLD_OUT
    if untold:
        return UNTOLD
    is_whole = began_ms is None or terms.since_ms <= began_ms.get(experiment, 0)
    return "" if is_whole else BEGUN_BEFORE


def _row(
    key: RowKey, counts: RowCounts, standing: str, pool: CountedGroup | None, alpha: float, price: PartPrice | None
) -> ReportRow:
    sample = CountedGroup(counts.cured, counts.counted)
    difference = None
    if not standing and pool is not None:
        difference = CureDifference(sample.rate - pool.rate, of_difference(sample, pool, alpha))
    return ReportRow(
        key=key,
        sent=counts.sent,
        withheld=counts.withheld,
        receipted=counts.receipted,
        delivered=counts.delivered,
        entered=counts.entered,
        cured=_share(counts.cured, counts.counted),
        days_median=median_days(counts.days, counts.open_days),
        price_per_cure=_price_per_cure(counts, price),
        complained=_share(counts.complained, counts.answerable),
        opted_out=_share(counts.opted_out, counts.answerable),
        handed_off=_share(counts.handed_off, counts.counted),
        difference=difference,
        standing=standing,
    )


def _share(seen: int, of: int) -> SeenShare:
    return SeenShare(seen, of, of_share(CountedGroup(seen, of)))


def _price_per_cure(counts: RowCounts, price: PartPrice | None) -> Decimal | None:
    if price is None or counts.unpriced or not counts.cured or not counts.sent:
        return None
    return (price.amount * counts.parts / counts.cured).quantize(_CENT, ROUND_HALF_UP)


def median_days(cured: Counter[int], still_open: Counter[int]) -> int | None:
    """The day by which half are cured, by Kaplan and Meier (1958): who is not followed further counts until then."""
    at_risk = cured.total() + still_open.total()
    left = 1.0
    for day in sorted(cured.keys() | still_open.keys()):
        if cured[day]:
            left *= 1 - cured[day] / at_risk
            if left <= 0.5:
                return day
        at_risk -= cured[day] + still_open[day]
    return None


def _notes(counting: RowCounting, rows: Iterable[ReportRow], price: PartPrice | None) -> Iterable[str]:
    terms = counting.terms
    if all(row.difference is None for row in rows):
        yield NO_HOLD_OUT if terms.comparable or "arm" not in terms.by else AFTER_THE_DRAW
    if price is None:
        yield "no price per cure: neither the policy ([gateway] price_per_part) nor --price says what an SMS costs"
    elif any(counts.unpriced for counts in counting.rows.values()):
        yield "no price per cure where a message was decided by a core before 3: its SMS were not recorded"
    if not any(counts.delivered for counts in counting.rows.values()):
        yield "no receipt that was read says delivered"
    if terms.answers_from_ms > terms.since_ms:
        yield (
            "receipts, complaints and opt-outs of earlier days are deleted already: delivered, complaints and opt-outs "
            "are of what was sent since then"
        )
    if counting.crowded:
        yield f"more than {len(counting.rows) - 1:,} rows: the rest is counted in {OTHERS}"
