/* What a split proves, as JSON: figures of the certificates, bounds of the communities. */
#include "app/split/split.h"

static json_t *
list_ids (const CgUnits *units, const guint32 *row, guint32 n)
{
    json_t *list = json_array ();
    for (guint32 i = 0; i < n; i++)
        json_array_append_new (list, json_string (units->id[row[i]]));
    return list;
}

static json_t *
proof_json (const CgUnits *units, const CgPartProof *proof, gboolean by_population)
{
    gboolean population = by_population != proof->second;
    json_t *holders = json_array ();
    for (guint32 h = 0; h < proof->n_holders; h++)
        json_array_append_new (holders, list_ids (units, proof->holder + proof->first[h],
                                                  proof->first[h + 1] - proof->first[h]));
    json_t *also = json_null ();
    if (proof->second_max > 0)
        also = json_pack ("{s:s, s:I, s:I}", "by", population ? "households" : "population", "min",
                          (json_int_t) proof->second_min, "max", (json_int_t) proof->second_max);
    return json_pack (
        "{s:s, s:s, s:I, s:I, s:o, s:I, s:o, s:I, s:I, s:I, s:i, s:I, s:I, s:o}", "kind",
        cg_reason_name (proof->reason), "by", population ? "population" : "households", "min",
        (json_int_t) proof->min, "max", (json_int_t) proof->max, "units",
        list_ids (units, proof->unit, proof->n_units), "sum", (json_int_t) proof->sum, "holders",
        holders, "alone", (json_int_t) proof->alone, "rest", (json_int_t) proof->rest, "least_sum",
        (json_int_t) proof->least_sum, "least_outside", (int) proof->least_outside, "below",
        (json_int_t) proof->below, "above", (json_int_t) proof->above, "also", also);
}

json_t *
cg_split_proof_json (const CgUnits *units, const CgSplit *split, guint32 grid,
                     gboolean by_population)
{
    for (guint32 i = 0; i < units->n; i++) {
        if (split->grids->grid_of[i] != grid)
            continue;
        guint32 part = split->parts->part_of[i];
        const CgPartProof *proof = split->parts->proof[part];
        CgReason reason = (CgReason) split->parts->reason[part];
        if (proof != NULL)
            return proof_json (units, proof, by_population);
        if (reason == CG_REASON_RURAL || reason == CG_REASON_DEDICATED)
            return json_pack ("{s:s}", "kind", cg_reason_name (reason));
        break;
    }
    return json_null ();
}

static json_t *
real_or_none (gboolean known, double value)
{
    return known ? json_real (value) : json_null ();
}

json_t *
cg_split_bounds_json (const CgUnits *units, const CgParts *parts)
{
    json_t *list = json_array (), *result = json_object ();
    double sum = 0, most = 0;
    guint32 optimal = 0, tried = 0, bounded = 0;
    for (guint32 i = 0; i < parts->n_bounds; i++) {
        const CgPartBound *b = &parts->bounds[i];
        const char *id = cg_names_get (units->regions, units->region[b->unit]);
        tried += b->tried;
        bounded += b->bounded;
        optimal += b->optimal;
        sum += b->bounded ? b->gap : 0;
        most = MAX (most, b->bounded ? b->gap : 0);
        json_array_append_new (
            list,
            json_pack ("{s:s, s:i, s:b, s:I, s:I, s:i, s:i, s:f, s:o, s:o, s:b, s:i, s:I}", "id",
                       id != NULL ? id : "", "units", (int) b->units, "tried", b->tried,
                       "outside_sum", (json_int_t) b->violation, "outside_sum_bound",
                       (json_int_t) b->violation_bound, "outside", (int) b->exceptions,
                       "outside_bound", (int) b->exceptions_bound, "objective", b->cost_m, "bound",
                       real_or_none (b->bounded, b->bound_m), "gap",
                       real_or_none (b->bounded, b->gap), "optimal", b->optimal, "columns",
                       (int) b->columns, "steps", (json_int_t) b->steps));
    }
    json_object_set_new (result, "communities", json_integer (parts->n_bounds));
    json_object_set_new (result, "tried", json_integer (tried));
    json_object_set_new (result, "bounded", json_integer (bounded));
    json_object_set_new (result, "optimal", json_integer (optimal));
    json_object_set_new (result, "gap_mean", real_or_none (bounded > 0, sum / MAX (1, bounded)));
    json_object_set_new (result, "gap_max", real_or_none (bounded > 0, most));
    json_object_set_new (result, "list", list);
    return result;
}
