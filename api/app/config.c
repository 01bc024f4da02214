#include "app/config.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

typedef enum { FIELD_TEXT, FIELD_COUNT, FIELD_METRES, FIELD_TIMES, FIELD_RULE } FieldType;

/* Every key of county.ini; the template below and the parser are filled from it. */
typedef struct {
    const char *group, *key;
    FieldType type;
    gsize offset;
    double min, max;
    const char *initial;
    const char *comment;
} Field;

/* Its keys are the splitter's weights and what the table has under that name, last. */
#define SPLIT_GROUP "split"

#define AT(member) G_STRUCT_OFFSET (CgConfig, member)

static const Field fields[] = {
    { "county", "name", FIELD_TEXT, AT (county_name), 0, 0, "",
      "县名, shown on screens; empty: taken from the county's region" },
    { "county", "code", FIELD_TEXT, AT (county_code), 0, 0, "",
      "6 digits; empty: taken from the county's region" },
    { "county", "working_crs", FIELD_TEXT, AT (working_crs), 0, 0, "",
      "EPSG:n in metres; empty: the CGCS2000 3-degree zone of the first import" },
    { "grid", "households_min", FIELD_COUNT, AT (households_min), 0, 1e6, "300",
      "户数下限 of an urban grid" },
    { "grid", "households_max", FIELD_COUNT, AT (households_max), 1, 1e6, "500", "户数上限" },
    { "grid", "households_target", FIELD_COUNT, AT (households_target), 1, 1e6, "400", "户数目标" },
    { "grid", "population_min", FIELD_COUNT, AT (population_min), 0, 1e7, "750",
      "人口下限, where grids are drawn by population" },
    { "grid", "population_max", FIELD_COUNT, AT (population_max), 1, 1e7, "1250", "人口上限" },
    { "grid", "population_target", FIELD_COUNT, AT (population_target), 1, 1e7, "1000",
      "人口目标 (about)" },
    { "micro", "households_min", FIELD_COUNT, AT (micro_min), 1, 1e4, "5",
      "微网格 (micro-unit) of 5-15 households" },
    { "micro", "households_max", FIELD_COUNT, AT (micro_max), 1, 1e4, "15", "" },
    { "screen", "refresh_s", FIELD_COUNT, AT (screen_refresh_s), 1, 3600, "15",
      "seconds between two updates of a screen" },
    { "screen", "heat_days", FIELD_COUNT, AT (heat_days), 1, 3660, "30",
      "days of incidents on the overview's heat map" },
    { "screen", "settled_target", FIELD_COUNT, AT (settled_target), 1, 100, "90",
      "办结率目标 %; the gauge's yellow, orange and red begin 0, 15 and 30 points below" },
    { "screen", "heat_bandwidth_m", FIELD_METRES, AT (heat_bandwidth_m), 0, 1e6, "0",
      "metres; 0: automatic" },
    { "screen", "playlist", FIELD_TEXT, AT (playlist), 0, 0, "county,heat,warnings",
      "scenes that /screen/play shows in turn, commas between" },
    { "screen", "dwell_s", FIELD_COUNT, AT (dwell_s), 5, 86400, "30",
      "seconds of each scene of the playlist" },
    { "screen", "reload_hour", FIELD_COUNT, AT (reload_hour), 0, 23, "4",
      "hour of the night when pages load themselves anew" },
    { "wall", "size", FIELD_TEXT, AT (wall_size), 0, 0, "",
      "视频墙像素, pixels of a video wall whose panels have seams, 7680x2160; empty: one without" },
    { "wall", "panels", FIELD_TEXT, AT (wall_panels), 0, 0, "",
      "columns x rows of equal panels, 4x2: gutters of scenes move to the seams near them" },
    { "wall", "seams_x", FIELD_TEXT, AT (wall_seams_x), 0, 0, "",
      "or seams from the left in pixels, commas between" },
    { "wall", "seams_y", FIELD_TEXT, AT (wall_seams_y), 0, 0, "", "and from the top" },
    { "alarm", "types", FIELD_TEXT, AT (alarm_types), 0, 0, "",
      "告警事件类型: live incidents of these types (安全隐患/消防, or 安全隐患 with all below it) take "
      "over the walls, commas between" },
    { "alarm", "red", FIELD_COUNT, AT (alarm_red), 0, 1, "0",
      "1: a grid that turns red takes over the walls too" },
    { "alarm", "life_h", FIELD_COUNT, AT (alarm_life_h), 1, 720, "12",
      "告警有效小时数: so long after its time an incident that nobody acknowledged takes over walls that open" },
    { "camera", "range_m", FIELD_METRES, AT (camera_range_m), 1, 5000, "50",
      "视距, metres that a camera sees where its own range is not known" },
    { "camera", "fov_deg", FIELD_TIMES, AT (camera_fov_deg), 1, 360, "90",
      "视角, degrees of a camera with a bearing whose own opening is not known" },
    { "service", "minutes", FIELD_TIMES, AT (service_minutes), 0.1, 600, "5",
      "服务圈分钟数: households no further from a service point are near" },
    { "service", "speed_m_min", FIELD_TIMES, AT (service_speed_m_min), 1, 2000, "75",
      "步行速度, metres a minute" },
    { "warning", "rule", FIELD_RULE, AT (warning_rule), 0, 0, "limit",
      "a grid's last seven days against the four weeks before: limit, above what usual weeks keep "
      "(methods.md); or times the weekly mean" },
    { "warning", "red_limit", FIELD_TIMES, AT (warning_limit[0]), 50, 99.9999, "99.99",
      "红: above the limit that so many % of usual weeks keep" },
    { "warning", "orange_limit", FIELD_TIMES, AT (warning_limit[1]), 50, 99.9999, "99.9", "橙" },
    { "warning", "yellow_limit", FIELD_TIMES, AT (warning_limit[2]), 50, 99.9999, "99", "黄" },
    { "warning", "blue_limit", FIELD_TIMES, AT (warning_limit[3]), 50, 99.9999, "95", "蓝" },
    { "warning", "red", FIELD_TIMES, AT (warning_times[0]), 1, 1000, "3",
      "红: rule = times: so many times the weekly mean of the four weeks before" },
    { "warning", "orange", FIELD_TIMES, AT (warning_times[1]), 1, 1000, "2", "橙" },
    { "warning", "yellow", FIELD_TIMES, AT (warning_times[2]), 1, 1000, "1.5", "黄" },
    { "warning", "blue", FIELD_TIMES, AT (warning_times[3]), 1, 1000, "1.2", "蓝" },
    { "warning", "min_incidents", FIELD_COUNT, AT (warning_min), 1, 1e6, "5",
      "fewer incidents in the seven days: no warning" },
    { "serve", "analyses", FIELD_COUNT, AT (serve_analyses), 0, 64, "0",
      "同时进行的分析: analyses and map books that take long, at a time; 0: half as many as cores (options of serve go before)" },
    { "serve", "analyses_waiting", FIELD_COUNT, AT (serve_analyses_waiting), 1, 1000, "16",
      "排队的分析: so many may wait for their turn; more are told to come again" },
    { "serve", "analysis_s", FIELD_TIMES, AT (serve_analysis_s), 0.1, 3600, "60",
      "seconds that one may take, and wait" },
    { "incident", "closed_states", FIELD_TEXT, AT (closed_states), 0, 0,
      "办结,已办结,结案,已结案,办理完成,评价,已评价,关闭,已关闭,closed,settled,done",
      "handling states that leave nothing to do, commas between; all others count as open" },
    { SPLIT_GROUP, "crossing_max_m", FIELD_METRES, AT (crossing_max_m), 0, 100000, "1000",
      "metres; pieces of a community no further apart share a grid where they must; 0: never" },
};

static const CgPartitionWeight *
find_weight (const char *group, const char *key)
{
    if (strcmp (group, SPLIT_GROUP) != 0)
        return NULL;
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++)
        if (strcmp (w->name, key) == 0)
            return w;
    return NULL;
}

static gboolean
store_field (CgConfig *config, const Field *field, const char *text)
{
    gpointer target = G_STRUCT_MEMBER_P (config, field->offset);
    if (field->type == FIELD_TEXT) {
        g_free (*(char **) target);
        *(char **) target = g_strstrip (g_strdup (text));
        return TRUE;
    }
    if (field->type == FIELD_RULE) {
        gboolean times = strcmp (text, "times") == 0;
        *(CgWarningRule *) target = times ? CG_WARN_TIMES : CG_WARN_LIMIT;
        return times || strcmp (text, "limit") == 0;
    }
    char *end;
    double value = g_ascii_strtod (text, &end);
    gboolean whole = field->type != FIELD_COUNT || value == floor (value);
    if (end == text || *end != '\0' || !isfinite (value) || !whole || value < field->min ||
        value > field->max)
        return FALSE;
    if (field->type != FIELD_COUNT)
        *(double *) target = value;
    else
        *(guint32 *) target = (guint32) value;
    return TRUE;
}

CgConfig *
cg_config_new (void)
{
    CgConfig *config = g_new0 (CgConfig, 1);
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
        store_field (config, &fields[i], fields[i].initial);
    config->weights = CG_PARTITION_WEIGHTS_DEFAULT;
    return config;
}

void
cg_config_free (CgConfig *config)
{
    if (config == NULL)
        return;
    g_free (config->county_name);
    g_free (config->county_code);
    g_free (config->working_crs);
    g_free (config->closed_states);
    g_free (config->playlist);
    g_free (config->alarm_types);
    g_free (config->wall_size);
    g_free (config->wall_panels);
    g_free (config->wall_seams_x);
    g_free (config->wall_seams_y);
    g_free (config);
}

gboolean
cg_config_is_closed (const CgConfig *config, const char *state)
{
    g_autofree char *wanted = g_strstrip (g_strdup (state));
    g_auto (GStrv) closed = g_strsplit (config->closed_states, ",", -1);
    for (guint k = 0; closed[k] != NULL; k++)
        if (wanted[0] != '\0' && g_ascii_strcasecmp (g_strstrip (closed[k]), wanted) == 0)
            return TRUE;
    return FALSE;
}

/* Commented out: a county that sets no weight follows the program's own from version to version. */
static void
add_weights (GString *out)
{
    const CgPartitionWeights weights = CG_PARTITION_WEIGHTS_DEFAULT;
    g_string_append (out, "# 划分权重, weights of the splitter (methods.md); take the # away to set "
                          "one\n");
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd (number, sizeof number, "%g", cg_partition_weight_get (&weights, w));
        g_string_append_printf (out, "# %s\n#%s = %s\n", w->title, w->name, number);
    }
}

const char *
cg_config_template (void)
{
    static gsize once;
    static char *text;
    if (g_once_init_enter (&once)) {
        GString *out = g_string_new (
            "# county.ini: the county's numbers. Lines that begin with # are comments.\n");
        for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
            if (i == 0 || strcmp (fields[i].group, fields[i - 1].group) != 0)
                g_string_append_printf (out, "\n[%s]\n", fields[i].group);
            if (fields[i].comment[0] != '\0')
                g_string_append_printf (out, "# %s\n", fields[i].comment);
            g_string_append_printf (out, "%s = %s\n", fields[i].key, fields[i].initial);
        }
        add_weights (out);
        text = g_string_free (out, FALSE);
        g_once_init_leave (&once, 1);
    }
    return text;
}

static const Field *
find_field (const char *group, const char *key)
{
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
        if (strcmp (fields[i].group, group) == 0 && strcmp (fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

/* Number of places in which two short words differ, for "did you mean". */
static guint
word_distance (const char *a, const char *b)
{
    gsize m = strlen (b);
    g_autofree guint *row = g_new (guint, m + 1);
    for (gsize j = 0; j <= m; j++)
        row[j] = j;
    for (gsize i = 1; a[i - 1] != '\0'; i++) {
        guint diagonal = row[0];
        row[0] = i;
        for (gsize j = 1; j <= m; j++) {
            guint change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN (change, MIN (row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

/* The known group and key that look most like what was written. */
static void
find_nearest (const char *group, const char *key, const char **out_group, const char **out_key)
{
    guint best = G_MAXUINT;
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
        guint distance =
            word_distance (group, fields[i].group) + word_distance (key, fields[i].key);
        if (distance < best) {
            best = distance;
            *out_group = fields[i].group;
            *out_key = fields[i].key;
        }
    }
    for (const CgPartitionWeight *w = cg_partition_weight_list (); w->name != NULL; w++) {
        guint distance = word_distance (group, SPLIT_GROUP) + word_distance (key, w->name);
        if (distance < best) {
            best = distance;
            *out_group = SPLIT_GROUP;
            *out_key = w->name;
        }
    }
}

static gboolean
read_weight (CgConfig *config, GKeyFile *ini, const char *file, const CgPartitionWeight *weight,
             GError **error)
{
    g_autofree char *text = g_key_file_get_value (ini, SPLIT_GROUP, weight->name, NULL);
    char *end = NULL;
    double value = text != NULL ? g_ascii_strtod (text, &end) : NAN;
    if (text != NULL && end != text && *end == '\0'
        && cg_partition_weight_set (&config->weights, weight, value))
        return TRUE;
    g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                 "%s: [%s] %s = %s: a number from 0 to %u is wanted", file, SPLIT_GROUP,
                 weight->name, text != NULL ? text : "", weight->most);
    return FALSE;
}

static gboolean
read_key (CgConfig *config, GKeyFile *ini, const char *file, const char *group, const char *key,
          GError **error)
{
    const CgPartitionWeight *weight = find_weight (group, key);
    if (weight != NULL)
        return read_weight (config, ini, file, weight, error);
    const Field *field = find_field (group, key);
    if (field == NULL) {
        const char *near_group = NULL, *near_key = NULL;
        find_nearest (group, key, &near_group, &near_key);
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: [%s] %s is not known; did you mean [%s] %s?", file, group, key,
                     near_group, near_key);
        return FALSE;
    }
    g_autofree char *value = g_key_file_get_value (ini, group, key, NULL);
    if (store_field (config, field, value != NULL ? value : ""))
        return TRUE;
    if (field->type == FIELD_RULE)
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: [%s] %s = %s: limit or times is wanted",
                     file, group, key, value);
    else
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: [%s] %s = %s: a number from %g to %g is wanted", file, group, key, value,
                     field->min, field->max);
    return FALSE;
}

static gboolean
check_order (const CgConfig *config, const char *file, GError **error)
{
    if (config->households_min > config->households_target ||
        config->households_target > config->households_max ||
        config->population_min > config->population_target ||
        config->population_target > config->population_max ||
        config->micro_min > config->micro_max) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     "%s: households_min <= households_target <= households_max does not hold "
                     "(%u, %u, %u; population %u, %u, %u; micro %u, %u)",
                     file, config->households_min, config->households_target,
                     config->households_max, config->population_min, config->population_target,
                     config->population_max, config->micro_min, config->micro_max);
        return FALSE;
    }
    const double *sets[] = { config->warning_limit, config->warning_times };
    for (guint i = 0; i < G_N_ELEMENTS (sets); i++) {
        const double *at = sets[i];
        if (at[0] >= at[1] && at[1] >= at[2] && at[2] >= at[3])
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT,
                     i == 0 ? "%s: [warning] red_limit >= orange_limit >= yellow_limit >= blue_limit does not "
                              "hold (%g, %g, %g, %g)"
                            : "%s: [warning] red >= orange >= yellow >= blue does not hold "
                              "(%g, %g, %g, %g)",
                     file, at[0], at[1], at[2], at[3]);
        return FALSE;
    }
    return TRUE;
}

CgConfig *
cg_config_parse (const char *text, const char *file, GError **error)
{
    g_autoptr (GKeyFile) ini = g_key_file_new ();
    g_autoptr (GError) problem = NULL;
    if (!g_key_file_load_from_data (ini, text, (gsize) -1, G_KEY_FILE_NONE, &problem)) {
        g_set_error (error, CG_ERROR, CG_ERROR_INPUT, "%s: %s", file, problem->message);
        return NULL;
    }
    g_autoptr (CgConfig) config = cg_config_new ();
    g_auto (GStrv) groups = g_key_file_get_groups (ini, NULL);
    for (guint g = 0; groups[g] != NULL; g++) {
        g_auto (GStrv) keys = g_key_file_get_keys (ini, groups[g], NULL, NULL);
        for (guint k = 0; keys != NULL && keys[k] != NULL; k++)
            if (!read_key (config, ini, file, groups[g], keys[k], error))
                return NULL;
    }
    if (!cg_wall_parse (config->wall_size, config->wall_panels, config->wall_seams_x,
                        config->wall_seams_y, &config->wall, error)) {
        g_prefix_error (error, "%s: ", file);
        return NULL;
    }
    return check_order (config, file, error) ? g_steal_pointer (&config) : NULL;
}
