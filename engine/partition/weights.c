#include "partition/partition.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define AT(member) G_STRUCT_OFFSET (CgPartitionWeights, member)
#define PRICE(class) (AT (border) + (class) * sizeof (guint32))

static const CgPartitionWeight list[] = {
    { "balance", "deviation from the target / 与目标户数的偏差", AT (balance), 100 },
    { "shape", "outlines that are no discs, by Polsby-Popper; after the search / 形状不紧凑",
      AT (shape), 100 },
    { "move", "households that change their grid (--keep) / 换网格的户数", AT (move), 1000 },
    { "open", "border along nothing / 无依托的边界", PRICE (CG_BARRIER_NONE), 100 },
    { "water", "border along water / 沿水系的边界", PRICE (CG_BARRIER_WATER), 100 },
    { "railway", "border along a railway / 沿铁路的边界", PRICE (CG_BARRIER_RAILWAY), 100 },
    { "arterial", "border along a main road / 沿主干道的边界", PRICE (CG_BARRIER_ARTERIAL), 100 },
    { "street", "border along a street / 沿街道的边界", PRICE (CG_BARRIER_STREET), 100 },
    { "alley", "border along an alley / 沿小巷的边界", PRICE (CG_BARRIER_ALLEY), 100 },
    { "wall", "border along a wall / 沿围墙的边界", PRICE (CG_BARRIER_WALL), 100 },
    { "compound", "border through a compound that must be cut / 切开小区的边界", AT (compound),
      100 },
    { "inside", "impassable barrier inside a grid / 网格内不可穿越的屏障", AT (inside), 100 },
    { "crossing", "crossing between pieces inside a grid, by its length / 网格内跨越的距离",
      AT (crossing), 100 },
    { NULL, NULL, 0, 0 },
};

const CgPartitionWeight *
cg_partition_weight_list (void)
{
    return list;
}

double
cg_partition_weight_get (const CgPartitionWeights *weights, const CgPartitionWeight *weight)
{
    return *(const guint32 *) G_STRUCT_MEMBER_P (weights, weight->offset) / 1000.0;
}

gboolean
cg_partition_weight_set (CgPartitionWeights *weights, const CgPartitionWeight *weight, double value)
{
    if (!(value >= 0 && value <= weight->most))
        return FALSE;
    *(guint32 *) G_STRUCT_MEMBER_P (weights, weight->offset) = (guint32) (value * 1000 + 0.5);
    return TRUE;
}

static const CgPartitionWeight *
find (const char *name)
{
    for (const CgPartitionWeight *weight = list; weight->name != NULL; weight++)
        if (strcmp (weight->name, name) == 0)
            return weight;
    return NULL;
}

static char *
known_names (void)
{
    GString *names = g_string_new (NULL);
    for (const CgPartitionWeight *weight = list; weight->name != NULL; weight++)
        g_string_append_printf (names, "%s%s", weight == list ? "" : " ", weight->name);
    return g_string_free (names, FALSE);
}

/* One "name=value". */
static gboolean
parse_one (char *pair, CgPartitionWeights *weights, GError **error)
{
    char *sign = strchr (pair, '='), *end = NULL;
    if (sign == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "weights: '%s' is not NAME=VALUE, like street=0.5", pair);
        return FALSE;
    }
    *sign = '\0';
    const char *name = g_strstrip (pair), *text = g_strstrip (sign + 1);
    const CgPartitionWeight *weight = find (name);
    if (weight == NULL) {
        g_autofree char *names = known_names ();
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "weights: '%s' is not known; known are %s", name, names);
        return FALSE;
    }
    double value = g_ascii_strtod (text, &end);
    if (end != text && *end == '\0' && cg_partition_weight_set (weights, weight, value))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                 "weights: %s: '%s' is no number from 0 to %u", name, text, weight->most);
    return FALSE;
}

gboolean
cg_partition_weights_parse (const char *text, CgPartitionWeights *weights, GError **error)
{
    CgPartitionWeights changed = *weights;
    g_auto (GStrv) pairs = g_strsplit (text, ",", -1);
    for (guint i = 0; pairs[i] != NULL; i++)
        if (!parse_one (pairs[i], &changed, error))
            return FALSE;
    *weights = changed;
    return TRUE;
}

char *
cg_partition_weights_text (const CgPartitionWeights *weights)
{
    GString *text = g_string_new (NULL);
    for (const CgPartitionWeight *weight = list; weight->name != NULL; weight++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd (number, sizeof number, "%g", cg_partition_weight_get (weights, weight));
        g_string_append_printf (text, "%s%s=%s", weight == list ? "" : ",", weight->name, number);
    }
    return g_string_free (text, FALSE);
}
