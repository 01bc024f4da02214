#include "partition/partition_internal.h"

/* Shortest augmenting paths with dual values over the pairs that exist (Jonker and Volgenant 1987,
 * doi:10.1007/BF02278710, in its sparse form). Each row has a column of its own of weight 0, so that
 * every row finds a place and "unmatched" is one of the places. */

/* Households and units in one number: units decide only between equal households. */
__extension__ typedef __int128 Value;

typedef struct {
    Value distance;
    guint32 column;
} Step;

typedef struct {
    guint32 n_rows, n_columns, n_all; /* n_all: columns and the rows' own */
    const CgOverlap *overlap;
    const gsize *first;               /* [n_rows + 1] into overlap */
    Value *row_dual, *column_dual;
    guint32 *column_of, *row_of;
    Value *distance;                  /* [n_all] from the row that looks for a place */
    guint32 *from;                    /* [n_all] row before */
    guint8 *state;                    /* [n_all] 0 unseen, 1 in the heap, 2 final */
    GArray *heap, *seen;              /* of Step; of guint32 */
} Assign;

static Value
value_of (const CgOverlap *overlap)
{
    return ((Value) overlap->weight << 32) + overlap->units;
}

static gboolean
is_nearer (const Step *a, const Step *b)
{
    return a->distance != b->distance ? a->distance < b->distance : a->column < b->column;
}

static void
heap_push (GArray *heap, Step step)
{
    g_array_append_val (heap, step);
    Step *list = (Step *) (gpointer) heap->data;
    guint at = heap->len - 1;
    for (; at > 0 && is_nearer (&step, &list[(at - 1) / 2]); at = (at - 1) / 2)
        list[at] = list[(at - 1) / 2];
    list[at] = step;
}

static Step
heap_pop (GArray *heap)
{
    Step *list = (Step *) (gpointer) heap->data;
    Step top = list[0], last = list[heap->len - 1];
    guint n = heap->len - 1, at = 0;
    g_array_set_size (heap, n);
    while (2 * at + 1 < n) {
        guint child = 2 * at + 1;
        if (child + 1 < n && is_nearer (&list[child + 1], &list[child]))
            child++;
        if (!is_nearer (&list[child], &last))
            break;
        list[at] = list[child];
        at = child;
    }
    if (n > 0)
        list[at] = last;
    return top;
}

static void
relax (Assign *assign, guint32 row, guint32 column, Value weight, Value base)
{
    Value distance = base + assign->row_dual[row] + assign->column_dual[column] - weight;
    if (assign->state[column] == 2
        || (assign->state[column] == 1 && distance >= assign->distance[column]))
        return;
    if (assign->state[column] == 0)
        g_array_append_val (assign->seen, column);
    assign->state[column] = 1;
    assign->distance[column] = distance;
    assign->from[column] = row;
    heap_push (assign->heap, (Step){ distance, column });
}

static void
relax_row (Assign *assign, guint32 row, Value base)
{
    for (gsize i = assign->first[row]; i < assign->first[row + 1]; i++)
        relax (assign, row, assign->overlap[i].column, value_of (&assign->overlap[i]), base);
    relax (assign, row, assign->n_columns + row, 0, base);
}

/* The free column nearest to the row; all that is nearer is final afterwards. */
static guint32
find_free (Assign *assign, guint32 row)
{
    relax_row (assign, row, 0);
    for (;;) {
        Step step = heap_pop (assign->heap);
        if (assign->state[step.column] == 2)
            continue;
        assign->state[step.column] = 2;
        guint32 holder = assign->row_of[step.column];
        if (holder == CG_NONE)
            return step.column;
        relax_row (assign, holder, step.distance);
    }
}

static void
place_row (Assign *assign, guint32 row)
{
    guint32 end = find_free (assign, row), next;
    Value length = assign->distance[end];
    assign->row_dual[row] -= length;
    for (guint i = 0; i < assign->seen->len; i++) {
        guint32 column = g_array_index (assign->seen, guint32, i);
        if (assign->state[column] == 2) {
            Value change = length - assign->distance[column];
            assign->column_dual[column] += change;
            if (assign->row_of[column] != CG_NONE)
                assign->row_dual[assign->row_of[column]] -= change;
        }
        assign->state[column] = 0;
    }
    for (guint32 column = end; column != CG_NONE; column = next) {
        guint32 holder = assign->from[column];
        next = holder == row ? CG_NONE : assign->column_of[holder];
        assign->column_of[holder] = column;
        assign->row_of[column] = holder;
    }
    g_array_set_size (assign->heap, 0);
    g_array_set_size (assign->seen, 0);
}

void
cg_assign_run (guint32 n_rows, guint32 n_columns, const CgOverlap *overlap, gsize n_overlaps,
               guint32 *out_column)
{
    gsize n_all = (gsize) n_rows + n_columns;
    g_autofree gsize *first = g_new0 (gsize, (gsize) n_rows + 2);
    Assign assign = { .n_rows = n_rows, .n_columns = n_columns, .n_all = (guint32) n_all,
                      .overlap = overlap, .first = first };
    for (gsize i = 0; i < n_overlaps; i++)
        first[overlap[i].row + 1]++;
    for (guint32 row = 0; row < n_rows; row++)
        first[row + 1] += first[row];
    assign.row_dual = g_new0 (Value, (gsize) n_rows + 1);
    assign.column_dual = g_new0 (Value, n_all + 1);
    assign.distance = g_new (Value, n_all + 1);
    assign.column_of = g_new (guint32, (gsize) n_rows + 1);
    assign.row_of = g_new (guint32, n_all + 1);
    assign.from = g_new (guint32, n_all + 1);
    assign.state = g_new0 (guint8, n_all + 1);
    assign.heap = g_array_new (FALSE, FALSE, sizeof (Step));
    assign.seen = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (gsize column = 0; column < n_all; column++)
        assign.row_of[column] = CG_NONE;
    for (gsize i = 0; i < n_overlaps; i++)
        assign.row_dual[overlap[i].row]
            = MAX (assign.row_dual[overlap[i].row], value_of (&overlap[i]));
    for (guint32 row = 0; row < n_rows; row++)
        place_row (&assign, row);
    for (guint32 row = 0; row < n_rows; row++)
        out_column[row] = assign.column_of[row] < n_columns ? assign.column_of[row] : CG_NONE;
    gpointer all[] = { assign.row_dual, assign.column_dual, assign.distance, assign.column_of,
                       assign.row_of, assign.from, assign.state };
    for (guint i = 0; i < G_N_ELEMENTS (all); i++)
        g_free (all[i]);
    g_array_unref (assign.heap);
    g_array_unref (assign.seen);
}

/* ---- overlaps of labels ---- */

static gint
by_pair (gconstpointer a, gconstpointer b)
{
    const CgOverlap *first = a, *second = b;
    if (first->row != second->row)
        return first->row < second->row ? -1 : 1;
    return first->column < second->column ? -1 : first->column > second->column;
}

static gint
by_number (gconstpointer a, gconstpointer b)
{
    guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;
    return (first > second) - (first < second);
}

guint32
cg_assign_number (guint32 *label, gsize n, guint32 **out_name)
{
    guint32 *name = g_new (guint32, n + 1), count = 0;
    gsize used = 0;
    for (gsize i = 0; i < n; i++)
        if (label[i] != CG_NONE)
            name[used++] = label[i];
    qsort (name, used, sizeof (guint32), by_number);
    for (gsize i = 0; i < used; i++)
        if (i == 0 || name[i] != name[i - 1])
            name[count++] = name[i];
    for (gsize i = 0; i < n; i++)
        if (label[i] != CG_NONE) {
            const guint32 *found = bsearch (&label[i], name, count, sizeof (guint32), by_number);
            label[i] = (guint32) (found - name);
        }
    if (out_name != NULL)
        *out_name = name;
    else
        g_free (name);
    return count;
}

CgOverlap *
cg_assign_overlaps (const guint32 *row, const guint32 *column, const guint32 *weight, gsize n,
                    gsize *out_n)
{
    CgOverlap *list = g_new (CgOverlap, n + 1);
    gsize used = 0, kept = 0;
    for (gsize i = 0; i < n; i++)
        if (row[i] != CG_NONE && column[i] != CG_NONE)
            list[used++] = (CgOverlap){ row[i], column[i], weight[i], 1 };
    qsort (list, used, sizeof *list, by_pair);
    for (gsize i = 0; i < used; i++) {
        if (kept > 0 && by_pair (&list[kept - 1], &list[i]) == 0) {
            list[kept - 1].weight += list[i].weight;
            list[kept - 1].units += list[i].units;
        } else {
            list[kept++] = list[i];
        }
    }
    *out_n = kept;
    return list;
}

guint32 *
cg_partition_continued (const CgPartitionInput *input, const CgParts *parts)
{
    gsize n = parts->n_units, n_overlaps;
    guint32 *out = g_new (guint32, (gsize) parts->n_parts + 1);
    for (guint32 p = 0; p < parts->n_parts; p++)
        out[p] = CG_NONE;
    if (input->keep == NULL)
        return out;
    g_autofree guint32 *old = g_memdup2 (input->keep, sizeof (guint32) * n);
    g_autofree guint32 *name = NULL;
    guint32 n_old = cg_assign_number (old, n, &name);
    g_autofree CgOverlap *overlap
        = cg_assign_overlaps (parts->part_of, old, input->weight, n, &n_overlaps);
    cg_assign_run (parts->n_parts, n_old, overlap, n_overlaps, out);
    for (guint32 p = 0; p < parts->n_parts; p++)
        if (out[p] != CG_NONE)
            out[p] = name[out[p]];
    return out;
}

guint64
cg_partition_moved (const CgPartitionInput *input, const CgParts *parts)
{
    guint64 moved = 0;
    if (input->keep == NULL)
        return 0;
    g_autofree guint32 *continued = cg_partition_continued (input, parts);
    for (guint32 unit = 0; unit < parts->n_units; unit++)
        if (input->keep[unit] != CG_NONE && input->keep[unit] != continued[parts->part_of[unit]])
            moved += input->weight[unit];
    return moved;
}
