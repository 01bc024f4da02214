#!/usr/bin/python3
"""Independent checker of certificates: each claim of a split's report is derived again from units, weights and links.

usage: check_certificates.py UNITS REPORT.json GRIDS.gpkg --id COL --households COL [--population COL] [--within COL]
                             [--compound COL] [--layer L] [--unknown N]
       check_certificates.py CASE.json          a made-up case: units, links, grids and exceptions in one file

Nothing of countygrid is used. Units are neighbours when their outlines share length, but those that the report names as
`parted` (by an impassable barrier), and those that it names as `joined` (by a crossing). A proof must name the right
kind, units and sums, must follow from them, and must speak of the grid that it is written at; proofs of one piece must
not speak of the same units twice. Prints a line for each claim that does not hold and exits 1; else prints how many of
each kind hold. Grids out of range without a proof are counted; more than N of them are a failure (default 0).
"""
import argparse
import collections
import heapq
import json
import sys

MOST_STATES = 400000


class Wrong(Exception):
    pass


class TooLarge(Exception):
    pass


def need(truth, text):
    if not truth:
        raise Wrong(text)


# ---- graphs ----------------------------------------------------------------------------------------------------------

def pieces(units, links):
    """Connected sets of units."""
    left, found = set(units), []
    while left:
        start = left.pop()
        piece, stack = {start}, [start]
        while stack:
            for other in links[stack.pop()]:
                if other in left:
                    left.remove(other)
                    piece.add(other)
                    stack.append(other)
        found.append(piece)
    return found


def remainder(total, low, high):
    """What must be taken off at least, so that the rest is the sum of some number of grids in range."""
    return 0 if low == 0 else max(0, total - total // low * high)


# ---- every division, by sweeping a frontier --------------------------------------------------------------------------

def sweep_order(nodes, links):
    """Nodes in an order that keeps the set of open nodes small."""
    best = None
    for start in sorted(nodes):
        taken, order, width, cost = {start}, [start], 0, 0
        edge = set(links[start])
        while edge:
            def growth(v):
                return sum(o not in taken for o in links[v]), v
            v = min(edge, key=growth)
            taken.add(v)
            order.append(v)
            edge = {o for u in taken for o in links[u] if o not in taken}
            width = sum(any(o not in taken for o in links[u]) for u in taken)
            cost += 4 ** width
        if best is None or cost < best[0]:
            best = cost, order
    return best[1]


BOTH = 1 << 48  # households + BOTH * people: one number for two sums


def best_division(nodes, links, weight, low, high, most_off, other=(0, 0)):
    """Least (sum outside the range, grids outside) of all divisions into connected grids; None above most_off.

    other: range of the people where weight holds both sums.
    A state says which open nodes lie together, and how heavy each of their grids is so far."""
    order = sweep_order(nodes, links)
    place = {v: i for i, v in enumerate(order)}
    last = {v: max([place[o] for o in links[v]] + [place[v]]) for v in order}

    def miss(total, low, high):
        return low - total if total < low else max(0, total - high)

    def off(total):
        return miss(total % BOTH, low, high) + miss(total // BOTH, *other)

    states, open_nodes = {((), ()): (0, 0)}, []
    for t, v in enumerate(order):
        after = [u for u in open_nodes + [v] if last[u] > t]
        following = {}
        near = [i for i, u in enumerate(open_nodes) if u in links[v]]
        for (labels, sums), value in states.items():
            groups = sorted({labels[i] for i in near})
            for choice in range(1 << len(groups)):
                joined = {g for k, g in enumerate(groups) if choice >> k & 1}
                total = weight[v] + sum(sums[g] for g in joined)
                if total % BOTH > high + most_off or total // BOTH > other[1] + most_off:
                    continue
                own = len(sums)
                marks = [own if labels[i] in joined else labels[i] for i in range(len(open_nodes))] + [own]
                heavy = list(sums) + [total]
                kept = [m for m, u in zip(marks, open_nodes + [v]) if last[u] > t]
                missed, outside = value
                for g in range(len(heavy)):
                    if g in marks and g not in kept:
                        missed += off(heavy[g])
                        outside += off(heavy[g]) > 0
                if missed > most_off:
                    continue
                names = {}
                for m in kept:
                    names.setdefault(m, len(names))
                state = tuple(names[m] for m in kept), tuple(heavy[m] for m in names)
                if state not in following or (missed, outside) < following[state]:
                    following[state] = missed, outside
        if len(following) > MOST_STATES:
            raise TooLarge
        states, open_nodes = following, after
    return min(states.values()) if states else None


# ---- claims ----------------------------------------------------------------------------------------------------------

def check_holders(proof, county, piece):
    holders = [set(h) for h in proof["holders"]]
    for group in holders:
        need(group and group <= piece, "a holder lies outside the piece")
        whole = {county.compound.get(u) for u in group}
        need(len(group) == 1 or (len(whole) == 1 and None not in whole),
             "units of a holder need not stay together")
    taken = set().union(*holders) if holders else set()
    need(sum(map(len, holders)) == len(taken), "holders overlap")
    return holders, taken


def check_behind(proof, county, piece, weight, low, high):
    """Pieces that are left without the holders cannot keep `rest`: it belongs to grids with a holder."""
    holders, taken = check_holders(proof, county, piece)
    single = proof["kind"] == "articulation"
    need(len(holders) == 1 if single else 2 <= len(holders) <= 3, "number of holders")
    named = set(proof["units"])
    need(single or taken <= named, "the holders are not named")
    behind = named - taken
    need(not single or behind == named, "the holder is named")
    rest = total = 0
    for part in pieces(piece - taken, county.links):
        if not part & behind:
            continue
        need(part <= behind, "part of a piece is named, the rest is not")
        total += sum(weight[u] for u in part)
        rest += remainder(sum(weight[u] for u in part), low, high)
    alone = sum(weight[u] for u in taken)
    need(behind or not single, "nothing lies behind")
    need(total == proof["sum"], f"sum is {total}")
    need(rest == proof["rest"], f"rest is {rest}")
    need(alone == proof["alone"], f"the holders weigh {alone}")
    need(alone + rest > len(holders) * high and (rest > 0 or not single), "what is left fits")


def check_exhausted(proof, county, piece, weight, low, high):
    need(set(proof["units"]) == piece, "not the whole piece is named")
    total = sum(weight[u] for u in piece)
    need(total == proof["sum"], f"sum is {total}")
    # Compounds that stay whole are one node each, as the rule of the splitter has it.
    nodes, links, heavy = contract(piece, county, weight, high)
    least, outside = proof["least_sum"], proof["least_outside"]
    other = proof["also"]
    if other is not None:
        need(other["by"] != proof["by"] and [other["min"], other["max"]] == county.ranges[other["by"]], "another range")
        need(outside == 0, "least sums are of one range")
        _, _, heavy = contract(piece, county, weight, high, county.weight[other["by"]])
        found = best_division(nodes, links, heavy, low, high, 0, (other["min"], other["max"]))
    else:
        found = best_division(nodes, links, heavy, low, high, least)
    if outside == 0:
        need(found is None, "there is a division within the range")
    else:
        need(found == (least, outside), f"least is {found}")


def contract(piece, county, weight, high, people=None):
    group = {}
    for members in by_compound(piece, county):
        for part in pieces(members, county.links):
            if sum(weight[u] for u in part) <= high:
                for u in part:
                    group[u] = min(part)
    name = {u: group.get(u, u) for u in piece}
    links = collections.defaultdict(set)
    heavy = collections.Counter()
    for u in piece:
        heavy[name[u]] += weight[u] + (BOTH * people[u] if people else 0)
        for o in county.links[u]:
            if o in piece and name[o] != name[u]:
                links[name[u]].add(name[o])
    return set(name.values()), links, heavy


def by_compound(piece, county):
    found = collections.defaultdict(set)
    for u in piece:
        if county.compound.get(u) is not None:
            found[county.compound[u]].add(u)
    return found.values()


def check_whole(proof, weight, piece, low, high):
    need(set(proof["units"]) == piece, "not the whole piece is named")
    total = sum(weight[u] for u in piece)
    need(total == proof["sum"], f"sum is {total}")
    if proof["kind"] == "small":
        need(total < low, "it is not below the range")
    else:
        need(total >= low and remainder(total, low, high) > 0, "some number of grids fits")


def check_giant(proof, county, piece, weight, high):
    holders, taken = check_holders(proof, county, piece)
    need(len(holders) == 1 and taken == set(proof["units"]), "a giant is one unit")
    alone = sum(weight[u] for u in taken)
    need(alone == proof["alone"], f"it weighs {alone}")
    need(alone > high, "it is not above the range")


def within_reach(start, links, heavy, high):
    """Nodes that a connected set with start may hold at no more than high, by the lightest way to each."""
    queue, far = [(heavy[start], start)], {}
    while queue:
        total, v = heapq.heappop(queue)
        if v in far or total > high:
            continue
        far[v] = total
        for o in links[v]:
            heapq.heappush(queue, (total + heavy[o], o))
    return set(far)


def check_sums(proof, county, piece, weight, low, high):
    """No weights near the holder add up with it to anything between `below` and `above`."""
    holders, taken = check_holders(proof, county, piece)
    need(len(holders) == 1 and taken == set(proof["units"]), "sums are of one unit")
    _, links, heavy = contract(piece, county, weight, high)
    node = next((v for v in heavy if v in taken), None)
    need(node is not None, "no such unit")
    need(sum(weight[u] for u in taken) == heavy[node] == proof["alone"] == proof["sum"], f"it weighs {heavy[node]}")
    need(proof["below"] < low and proof["above"] > high, "the gap does not hold the range")
    near = within_reach(node, links, heavy, high)
    beside = {o for v in near for o in links[v]} - near
    # Bit s: some of the weights within reach add up to s with the holder.
    attained, within = 1 << heavy[node], (1 << high + 1) - 1
    for v in near - {node}:
        attained |= attained << heavy[v] & within
    need(attained >> proof["below"] + 1 == 0, "some units add up to a sum in the gap")
    # The first sum above the range on the way to any larger one is one node more than such a set.
    for v in near | beside:
        sums = attained << heavy[v] >> high + 1
        need(not sums or proof["above"] <= high + (sums & -sums).bit_length(), "one unit more leads into the gap")


def zones_with(start, links, heavy, low, high):
    """Connected sets with start within the range, each as a frozenset."""
    found, tried = [], {frozenset([start])}
    stack = list(tried)
    while stack:
        zone = stack.pop()
        total = sum(heavy[v] for v in zone)
        if low <= total <= high:
            found.append(zone)
        for o in {o for v in zone for o in links[v]} - zone:
            if total + heavy[o] <= high and zone | {o} not in tried:
                tried.add(zone | {o})
                stack.append(zone | {o})
        if len(tried) > MOST_STATES // 4:
            raise TooLarge
    return found


def check_cover(proof, county, piece, weight, low, high):
    """No separate grids in range take in all named units."""
    named = set(proof["units"])
    nodes, links, heavy = contract(piece, county, weight, high)
    core = nodes & named
    need(sum(weight[u] for u in named) == sum(heavy[v] for v in core) == proof["sum"], "the sum, or half a compound")
    zones = {v: zones_with(v, links, heavy, low, high) for v in core}
    dead = set()

    def can_serve(left, used):
        if not left:
            return True
        if (left, used) in dead:
            return False
        if len(dead) > MOST_STATES:
            raise TooLarge
        v = min(left, key=lambda v: (sum(not zone & used for zone in zones[v]), v))
        for zone in zones[v]:
            if not zone & used and can_serve(left - zone, used | zone):
                return True
        dead.add((left, used))
        return False

    need(not can_serve(frozenset(core), frozenset()), "grids in range can take them in")


def check_claim(exception, county):
    proof, units = exception["proof"], county.grids[exception["grid_id"]]
    need(proof is not None, "no figures")
    kind = proof["kind"]
    need(kind == exception["reason"], "kind and reason differ")
    if kind in ("rural", "dedicated"):
        need(all(county.kind.get(u, kind) == kind for u in units), "units of another kind")
        return
    weight, low, high = county.weight[proof["by"]], proof["min"], proof["max"]
    total = sum(weight[u] for u in units)
    need(total < low or total > high, "the grid is in range")
    need([low, high] == county.ranges[proof["by"]], "another range")
    piece = next((p for p in county.pieces_of(units) if units <= p), None)
    need(piece is not None, "the grid is not in one piece")
    named = set(proof["units"])
    need(named <= piece, "named units lie outside the piece")
    need(named & units, "the named units are not of this grid")
    if kind == "giant":
        check_giant(proof, county, piece, weight, high)
    elif kind in ("small", "window"):
        check_whole(proof, weight, piece, low, high)
    elif kind in ("articulation", "separator"):
        check_behind(proof, county, piece, weight, low, high)
    elif kind == "sums":
        check_sums(proof, county, piece, weight, low, high)
    elif kind == "cover":
        check_cover(proof, county, piece, weight, low, high)
    elif kind == "exhausted":
        check_exhausted(proof, county, piece, weight, low, high)
    else:
        raise Wrong("no such kind")


def check_apart(exceptions):
    """Proofs that share units might speak of one grid; only a count of grids may stand beside others."""
    used = {}
    for e in exceptions:
        proof = e["proof"]
        if not proof or proof["kind"] in ("rural", "dedicated") or proof.get("least_outside"):
            continue
        for u in proof["units"]:
            need(u not in used, f"unit {u} is named for grid {used.get(u)} too")
            used[u] = e["grid_id"]


def check_counted(exceptions, county):
    """A least number of grids outside explains at most as many as there are."""
    for e in exceptions:
        least = (e["proof"] or {}).get("least_outside", 0)
        if least:
            piece = set(e["proof"]["units"])
            need(sum(county.grids[o["grid_id"]] <= piece for o in exceptions) <= least, "more grids than counted")


# ---- input -----------------------------------------------------------------------------------------------------------

class County:
    def __init__(self):
        self.weight = {"households": {}, "population": {}}
        self.within, self.compound, self.kind, self.shape = {}, {}, {}, {}
        self.links = collections.defaultdict(set)
        self.grids = collections.defaultdict(set)
        self.ranges = None
        self.linked, self.parted = set(), set()

    def pieces_of(self, units):
        within = self.within[next(iter(units))]
        ruled = {u for u, kind in self.kind.items() if kind != "urban"}
        members = [u for u in self.within if self.within[u] == within and u not in ruled]
        self.link(within, members)
        return pieces(members, self.links)

    def link(self, within, members):
        if within in self.linked or not self.shape:
            return
        self.linked.add(within)
        parted = self.parted
        box = {u: self.shape[u].bounds for u in members}
        for i, a in enumerate(members):
            for b in members[:i]:
                p, q = box[a], box[b]
                if (a, b) not in parted and p[0] <= q[2] and q[0] <= p[2] and p[1] <= q[3] and q[1] <= p[3] \
                        and self.shape[a].boundary.intersection(self.shape[b].boundary).length > 0:
                    self.links[a].add(b)
                    self.links[b].add(a)


def read_case(path):
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    county = County()
    county.ranges = dict.fromkeys(("households", "population"), case["range"])
    for unit in case["units"]:
        county.weight["households"][unit["id"]] = unit["households"]
        county.within[unit["id"]] = unit.get("within", "")
        county.compound[unit["id"]] = unit.get("compound")
        county.grids[unit["grid"]].add(unit["id"])
    for a, b in case["links"]:
        county.links[a].add(b)
        county.links[b].add(a)
    return county, case["exceptions"]


def read_files(options):
    from osgeo import ogr
    from shapely import wkb
    ogr.UseExceptions()
    county = County()
    source = ogr.Open(options.units)
    for feature in source.GetLayerByName(options.layer) if options.layer else source.GetLayer(0):
        item, unit = feature.items(), str(feature.items()[options.id])
        county.weight["households"][unit] = int(item[options.households] or 0)
        county.weight["population"][unit] = int(item[options.population or options.households] or 0)
        county.within[unit] = str(item[options.within]) if options.within else ""
        county.compound[unit] = item[options.compound] if options.compound else None
        county.shape[unit] = wkb.loads(bytes(feature.GetGeometryRef().ExportToWkb()))
    grids = ogr.Open(options.grids)
    kind = {f["grid_id"]: f["kind"] for f in grids.GetLayerByName("grids")}
    for feature in grids.GetLayerByName("assignment"):
        county.grids[feature["grid_id"]].add(str(feature["unit_id"]))
        county.kind[str(feature["unit_id"])] = kind[feature["grid_id"]]
    with open(options.report, encoding="utf-8") as file:
        report = json.load(file)
    county.ranges = {"households": report["range"], "population": report["population_range"] or report["range"]}
    county.parted = {pair for a, b in report["parted"] for pair in ((a, b), (b, a))}
    for a, b in report["joined"]:
        county.links[a].add(b)
        county.links[b].add(a)
    return county, report["exceptions"]


def judge(county, exceptions):
    """What does not hold, and how many of each kind there are."""
    problems, kinds = [], collections.Counter()
    for e in exceptions:
        kinds[e["reason"]] += 1
        if e["reason"] == "unknown":
            continue
        try:
            check_claim(e, county)
        except Wrong as wrong:
            problems.append(f"grid {e['grid_id']}: {e['reason']}: {wrong}")
        except TooLarge:
            kinds["too large to try again"] += 1
    try:
        check_apart(exceptions)
        check_counted(exceptions, county)
    except Wrong as wrong:
        problems.append(str(wrong))
    return problems, kinds


def read_arguments(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("units")
    parser.add_argument("report", nargs="?")
    parser.add_argument("grids", nargs="?")
    for name in ("id", "households", "population", "within", "compound", "layer"):
        parser.add_argument("--" + name)
    parser.add_argument("--unknown", type=int, default=0)
    options = parser.parse_args(arguments)
    return options, *(read_files(options) if options.report else read_case(options.units))


def main():
    options, county, exceptions = read_arguments(None)
    problems, kinds = judge(county, exceptions)
    if kinds["unknown"] > options.unknown:
        problems.append(f"{kinds['unknown']} grids out of range without a proof")
    for line in problems:
        print(line)
    print(", ".join(f"{kinds[k]} {k}" for k in sorted(kinds)) or "no exceptions")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
