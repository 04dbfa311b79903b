"""The edit distance between two words: how many typing slips turn one into the other."""


def count_edits(first: str, second: str, most: int) -> int | None:
    """The number of letters omitted, added, replaced or swapped with a neighbour (optimal string alignment); None if it
    is more than `most`.
    """
    if abs(len(first) - len(second)) > most:
        return None
    before: list[int] = []
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        before, above, row = row, before, [place]
        for at, other in enumerate(second, 1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != other))
            if above and at > 1 and letter == second[at - 2] and first[place - 2] == other:
                cost = min(cost, above[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
