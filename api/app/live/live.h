/* Use case: incidents as they happen. One thread writes; deliveries wait for it in a short queue
 * and are answered only when what they brought is on the disk, attached and counted.
 *
 * The county file is opened for writing with the first delivery and given back after a while
 * without one, so that imports and plans can be made in between.
 *
 * Every commit tells listeners: a message in the format of server-sent events,
 *
 *   id: SEQUENCE
 *   event: incidents
 *   data: {"data_version", "incidents": [{"seq", "id", "source", "revision", "status", "type",
 *          "state", "occurred", "lon", "lat", "x", "y", "grid"}, ...]}   status new, revised, withdrawn
 *
 * where SEQUENCE is the highest "seq" in it. Sequences grow with each incident that is stored, over
 * restarts too.
 */
#ifndef CG_APP_LIVE_H
#define CG_APP_LIVE_H

#include <gio/gio.h>
#include <jansson.h>

#include "app/coverage_rows.h"
#include "app/density/histogram.h"
#include "attach/shelf.h"
#include "store/store.h"

typedef struct _CgLive CgLive; /* thread safe */

typedef struct {
    const char *county; /* path of the county file */
    guint queue;        /* deliveries that may wait; 0: 64 */
    guint idle_s;       /* without a delivery until the file is given back; 0: 30 */
    gint64 (*now_s) (void);
    CgAttachShelf *shelf; /* of the screens: one index for both; NULL: one of its own */
    /* From the writing thread, after each commit that stored something. */
    void (*committed) (gint64 sequence, GBytes *message, gpointer user_data);
    /* The same for what is no part of the sequence: an alarm that was acknowledged,
     *   event: acknowledged
     *   data: {"alarm", "at", "screen"}                                            */
    void (*told) (GBytes *message, gpointer user_data);
    gpointer user_data;
} CgLiveOptions;

/* Errors as cg_store_open for reading */
CgLive *cg_live_new (const CgLiveOptions *options, GError **error);
/* Deliveries that wait are still answered. */
void cg_live_free (CgLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgLive, cg_live_free)

typedef enum {
    CG_LIVE_STORED,
    CG_LIVE_FAULTY, /* some item is wrong: nothing of the delivery was stored            */
    CG_LIVE_REUSED, /* the key was used for another body                                 */
    CG_LIVE_BUSY,   /* queue full, or somebody else writes to the file: try again later  */
} CgLiveOutcome;

/* Blocks until stored or refused.
 *
 * body       as cg_intake_parse
 * key        an idempotency key or NULL: the same key with the same body gives the same reply
 *            for the last 10 000 keys, or as many as 64 MiB of replies are of, over restarts too (and
 *            without a key a repeated delivery changes nothing)
 * out_reply  STORED: {"data_version", "counts": {"new": 1, ...}, "incidents": [{"item", "id",
 *            "source", "revision", "status", "seq", "grid"}]}, status as cg_taken_name, grid null
 *            in no grid, seq null where nothing was stored; FAULTY: {"faults": [{"item", "code",
 *            "detail"}]}; else NULL (transfer full)
 * Errors     as cg_intake_parse; STORE */
gboolean cg_live_deliver (CgLive *live, const json_t *body, const char *key,
                          CgLiveOutcome *out_outcome, json_t **out_reply, GError **error);

/* The same for rows that were read and checked elsewhere (borrowed, columns that are
 * missing are added; in the county's working CRS): STORED or BUSY.
 * Errors     STORE */
gboolean cg_live_deliver_places (CgLive *live, CgPlaces *places, CgLiveOutcome *out_outcome, json_t **out_reply,
                                 GError **error);

/* Stores that somebody at a screen acknowledged an alarm; the first who does counts. Blocks like a
 * delivery: STORED or BUSY.
 *
 * alarm, screen  any texts; the screen's name, never a person's; "": not known
 * out_reply      STORED: {"alarm", "at", "screen"} of the first; else NULL (transfer full)
 * Errors         STORE */
gboolean cg_live_acknowledge (CgLive *live, const char *alarm, const char *screen, CgLiveOutcome *out_outcome,
                              json_t **out_reply, GError **error);
/* Stores what was worked out of the coverage of the plan in force, or nothing where that is overtaken. Blocks like a
 * delivery: STORED or BUSY.
 * Errors         STORE */
gboolean cg_live_put_coverage (CgLive *live, const CgCoverageWork *work, CgLiveOutcome *out_outcome, GError **error);
/* The last CG_ACKNOWLEDGEMENTS of them, oldest first: [{"alarm", "at", "screen"}] (transfer full) */
json_t *cg_live_acknowledged (CgLive *live);

#define CG_LIVE_ALARMS 50u      /* open ones, the newest            */
#define CG_LIVE_ALARM_ROWS 200000u /* incidents of its life that are looked at */

/* Alarms that nobody acknowledged yet: incidents of one of the types (or below it: "a" is also "a/b") that happened no longer than
 * life_s ago and were not withdrawn, however they came; as in `incidents` of a message, oldest first. A wall that was not there when
 * they were told learns of them by this. types: a list of texts.
 * Errors STORE. (transfer full) */
json_t *cg_live_open_alarms (CgLive *live, const json_t *types, gint64 life_s, GError **error);

#define CG_LIVE_HISTORY 20000u

/* What was stored after `after`, as one message in the format above, read from the file; for
 * listeners who were away for longer than messages are kept.
 *
 * out_until  sequence of the last in it; `after` when there is none
 * Returns an empty message when there is none, NULL without error when more than CG_LIVE_HISTORY
 * came meanwhile. Errors STORE */
GBytes *cg_live_history (CgLive *live, gint64 after, gint64 *out_until, GError **error);

typedef struct {
    guint64 taken[CG_N_TAKEN];   /* incidents by what became of them              */
    guint64 faulty, busy, failed; /* deliveries of which nothing was stored        */
    CgHistogram commit;          /* writing a group of deliveries to the disk     */
    guint queued;                /* deliveries that wait                          */
    gboolean writing;            /* the file is open for writing                  */
    gboolean last_failed;        /* the last group could not be stored, for another cause than somebody else writing */
    gint64 last_stored_s;        /* when the last new incident was stored, or CG_TIME_NONE */
} CgLiveStats;
/* Since the start of the program. From any thread. */
void cg_live_stats (CgLive *live, CgLiveStats *out);

/* Number of the last incident that was stored when the program started, or since. */
gint64 cg_live_sequence (CgLive *live);

#endif
