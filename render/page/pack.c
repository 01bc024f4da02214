#include "page/pack_internal.h"

#include "base/wide.h"

#include <libdeflate.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes that are not zero in a block: enough to pay for its code. */
#define BLOCK 65536u
#define MAX_RUN 0xffffffu
#define SHORT_RUNS 260u /* a zero and a match of at most 258 */
#define MAX_BITS 15u
#define END 256u
#define N_SYMBOLS 286u
#define N_LENGTH_SYMBOLS 19u

/* A byte that is not zero and the run of zeros before it: run << 8 | byte. (Byte 0 ends a run that
 * is too long for one entry.) */
struct _CgPack {
    guint n;
    guint32 run;       /* zeros since the last entry             */
    gboolean has_long; /* some run may be SHORT_RUNS and longer */
    guint32 adler;
    guint32 entry[BLOCK + 64];
    GByteArray *out; /* NULL after memory ran short */
    guint64 bits;
    guint n_bits; /* below 8 between blocks */
};

typedef struct {
    guint32 count[N_SYMBOLS];
    guint8 length[N_SYMBOLS];
    guint16 code[N_SYMBOLS];
} Code;

CgPack *
cg_pack_new (void)
{
    CgPack *pack = g_try_new (CgPack, 1);
    if (pack == NULL)
        return NULL;
    pack->n = pack->run = pack->n_bits = 0;
    pack->has_long = FALSE;
    pack->bits = 0;
    pack->adler = 1;
    pack->out = g_byte_array_new ();
    static const guint8 head[2] = { 0x78, 0x01 }; /* deflate, 32 KB, fastest */
    g_byte_array_append (pack->out, head, sizeof head);
    return pack;
}

void
cg_pack_free (CgPack *pack)
{
    if (pack == NULL)
        return;
    g_clear_pointer (&pack->out, g_byte_array_unref);
    g_free (pack);
}

/* ---- codes ------------------------------------------------------------------------------- */

typedef struct {
    guint32 count;
    guint16 symbol;
} Leaf;

static int
by_count (gconstpointer a, gconstpointer b)
{
    const Leaf *one = a, *two = b;
    if (one->count != two->count)
        return one->count < two->count ? -1 : 1;
    return (int) one->symbol - (int) two->symbol;
}

/* Depths in Huffman's tree of n >= 2 leaves in rising order, by two queues; returns the greatest. */
static guint
tree_depths (guint n, const Leaf *leaf, guint8 *out)
{
    guint64 sum[N_SYMBOLS];
    guint parent[2 * N_SYMBOLS], depth[2 * N_SYMBOLS], deepest = 0;
    guint next_leaf = 0, next_node = 0;
    for (guint made = 0; made + 1 < n; made++) {
        sum[made] = 0;
        for (guint k = 0; k < 2; k++) {
            gboolean take_leaf =
                next_leaf < n && (next_node == made || leaf[next_leaf].count <= sum[next_node]);
            sum[made] += take_leaf ? leaf[next_leaf].count : sum[next_node];
            parent[take_leaf ? next_leaf++ : n + next_node++] = n + made;
        }
    }
    depth[2 * n - 2] = 0;
    for (guint i = 2 * n - 2; i-- > 0;)
        depth[i] = depth[parent[i]] + 1;
    for (guint i = 0; i < n; i++) {
        deepest = MAX (deepest, depth[i]);
        out[leaf[i].symbol] = (guint8) MIN (depth[i], 255);
    }
    return deepest;
}

/* Lengths of a prefix code, none over `most`: counts are halved until the tree is flat enough. */
static void
code_lengths (guint n, const guint32 *count, guint most, guint8 *out)
{
    Leaf leaf[N_SYMBOLS];
    guint used = 0;
    memset (out, 0, n);
    for (guint s = 0; s < n; s++)
        if (count[s] > 0)
            leaf[used++] = (Leaf){ count[s], (guint16) s };
    if (used < 2) { /* one symbol still needs a bit */
        if (used == 1)
            out[leaf[0].symbol] = 1;
        return;
    }
    qsort (leaf, used, sizeof *leaf, by_count);
    while (tree_depths (used, leaf, out) > most)
        for (guint i = 0; i < used; i++)
            leaf[i].count = (leaf[i].count + 1) / 2; /* keeps the order */
}

/* Canonical codes, turned round as deflate sends them. */
static void
assign_codes (guint n, const guint8 *length, guint16 *out)
{
    guint next[MAX_BITS + 2] = { 0 }, count[MAX_BITS + 1] = { 0 };
    for (guint s = 0; s < n; s++)
        count[length[s]] += length[s] > 0;
    for (guint b = 1; b <= MAX_BITS; b++)
        next[b + 1] = (next[b] + count[b]) << 1;
    for (guint s = 0; s < n; s++) {
        guint code = length[s] > 0 ? next[length[s]]++ : 0, turned = 0;
        for (guint b = 0; b < length[s]; b++)
            turned |= (code >> b & 1) << (length[s] - 1 - b);
        out[s] = (guint16) turned;
    }
}

/* Symbol of a match of 3 to 258 bytes, and the bits that follow it. */
static guint
length_symbol (guint length, guint *out_extra_bits, guint *out_extra)
{
    guint at = length - 3, extra = 0;
    if (length == 258 || at < 8) {
        *out_extra_bits = *out_extra = 0;
        return length == 258 ? 285 : 257 + at;
    }
    while (at >> extra >= 8)
        extra++;
    *out_extra_bits = extra;
    *out_extra = at & ((1u << extra) - 1);
    return 257 + 4 * extra + (at >> extra);
}

/* ---- a block ----------------------------------------------------------------------------- */

/* How a run of so many zeros is sent: singly or as a zero and a match. */
typedef struct {
    guint64 sent[SHORT_RUNS]; /* bits, and their number from bit 56 on */
    gboolean single[SHORT_RUNS];
} Runs;

static void
put_bits (CgPack *pack, guint64 bits, guint n)
{
    pack->bits |= bits << pack->n_bits;
    pack->n_bits += n;
    while (pack->n_bits >= 8) {
        guint8 byte = (guint8) pack->bits;
        g_byte_array_append (pack->out, &byte, 1);
        pack->bits >>= 8;
        pack->n_bits -= 8;
    }
}

typedef struct {
    guint32 byte[256], run[SHORT_RUNS];
    guint32 n_zeros, n_full; /* of longer runs: a zero each, and matches of 258 */
    gboolean sampled;        /* symbols that were not counted may come          */
} Tally;

static inline void
count_entry (guint32 entry, guint32 *byte, guint32 *run, Tally *out)
{
    guint32 zeros = entry >> 8;
    byte[entry & 255]++;
    if (G_UNLIKELY (zeros >= SHORT_RUNS)) {
        out->n_zeros++;
        out->n_full += (zeros - 1) / 258;
        zeros = (zeros - 1) % 258;
    }
    run[zeros]++;
}

/* Entries of which one in SAMPLE is counted; fewer are counted all. */
#define SAMPLE 4
#define SAMPLED (BLOCK / 2)

/* Two tables by turns: one counter raised at every step would wait for itself. */
static void
count_entries (const CgPack *pack, Tally *out)
{
    guint32 byte[2][256] = { { 0 } }, run[2][SHORT_RUNS] = { { 0 } };
    guint step = pack->n >= SAMPLED ? SAMPLE : 1, i = 0;
    memset (out, 0, sizeof *out);
    for (; i + 2 * step <= pack->n; i += 2 * step) {
        count_entry (pack->entry[i], byte[0], run[0], out);
        count_entry (pack->entry[i + step], byte[1], run[1], out);
    }
    for (; i < pack->n; i += step)
        count_entry (pack->entry[i], byte[0], run[0], out);
    for (guint s = 0; s < 256; s++)
        out->byte[s] = byte[0][s] + byte[1][s];
    for (guint s = 0; s < SHORT_RUNS; s++)
        out->run[s] = run[0][s] + run[1][s];
    out->sampled = step > 1;
}

static void
count_symbols (const Tally *tally, const Runs *runs, Code *code)
{
    guint bits, extra;
    memset (code->count, 0, sizeof code->count);
    memcpy (code->count, tally->byte, sizeof tally->byte);
    code->count[0] += tally->n_zeros;
    code->count[END] = 1;
    code->count[285] = tally->n_full;
    for (guint r = 1; r < SHORT_RUNS; r++) {
        code->count[0] += runs->single[r] ? r * tally->run[r] : tally->run[r];
        if (!runs->single[r])
            code->count[length_symbol (r - 1, &bits, &extra)] += tally->run[r];
    }
    for (guint s = 0; tally->sampled && s < N_SYMBOLS; s++)
        code->count[s] = code->count[s] * SAMPLE + 1;
    code_lengths (N_SYMBOLS, code->count, MAX_BITS, code->length);
    assign_codes (N_SYMBOLS, code->length, code->code);
}

/* Symbols that have no code yet are taken to cost 12 bits. */
static void
choose_runs (const Code *code, Runs *runs)
{
    guint bits, extra, zero = MAX (code->length[0], 1);
    for (guint r = 0; r < SHORT_RUNS; r++) {
        guint symbol = r >= 4 ? length_symbol (r - 1, &bits, &extra) : 0;
        guint length = r >= 4 && code->length[symbol] > 0 ? code->length[symbol] : 12;
        runs->single[r] = r < 4 || (r * zero <= zero + length + bits + 1 && r * zero <= 40);
    }
}

static void
run_bits (const Code *code, Runs *runs)
{
    for (guint r = 0; r < SHORT_RUNS; r++) {
        guint64 bits = 0;
        guint n = 0, singles = runs->single[r] ? r : 1;
        for (guint k = 0; k < singles; k++, n += code->length[0])
            bits |= (guint64) code->code[0] << n;
        if (!runs->single[r]) {
            guint n_extra, extra, symbol = length_symbol (r - 1, &n_extra, &extra);
            bits |= (guint64) code->code[symbol] << n;
            n += code->length[symbol];
            bits |= (guint64) extra << n;
            n += n_extra + 1; /* distance 1: the only code, a zero bit */
        }
        runs->sent[r] = bits | (guint64) n << 56;
    }
}

/* The code's lengths, themselves coded; runs of them are sent as 16, 17, 18. */
static void
put_code (CgPack *pack, const Code *code)
{
    static const guint8 order[N_LENGTH_SYMBOLS] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                    11, 4,  12, 3, 13, 2, 14, 1, 15 };
    guint8 all[N_SYMBOLS + 1], symbol[N_SYMBOLS + 1], extra[N_SYMBOLS + 1];
    guint8 length[N_LENGTH_SYMBOLS];
    guint16 bits[N_LENGTH_SYMBOLS];
    guint32 count[N_LENGTH_SYMBOLS] = { 0 };
    guint n = 0, n_sent = N_LENGTH_SYMBOLS;
    memcpy (all, code->length, N_SYMBOLS);
    all[N_SYMBOLS] = 1; /* of distance 1 */
    for (guint i = 0; i <= N_SYMBOLS;) {
        guint run = 1, most = all[i] == 0 ? 138 : 6;
        while (i + run <= N_SYMBOLS && all[i + run] == all[i] && run < most + (all[i] != 0))
            run++;
        gboolean zeros = all[i] == 0 && run >= 3;
        symbol[n] = zeros ? (run >= 11 ? 18 : 17) : all[i];
        extra[n++] = (guint8) (zeros ? run - (run >= 11 ? 11 : 3) : 0);
        if (!zeros && run >= 4) {
            symbol[n] = 16;
            extra[n++] = (guint8) (run - 4);
        } else if (!zeros) {
            run = 1;
        }
        i += run;
    }
    for (guint i = 0; i < n; i++)
        count[symbol[i]]++;
    code_lengths (N_LENGTH_SYMBOLS, count, 7, length);
    assign_codes (N_LENGTH_SYMBOLS, length, bits);
    while (n_sent > 4 && length[order[n_sent - 1]] == 0)
        n_sent--;
    put_bits (pack, N_SYMBOLS - 257, 5);
    put_bits (pack, 0, 5); /* one distance code */
    put_bits (pack, n_sent - 4, 4);
    for (guint i = 0; i < n_sent; i++)
        put_bits (pack, length[order[i]], 3);
    for (guint i = 0; i < n; i++) {
        put_bits (pack, bits[symbol[i]], length[symbol[i]]);
        if (symbol[i] >= 16)
            put_bits (pack, extra[i], symbol[i] == 16 ? 2 : symbol[i] == 17 ? 3 : 7);
    }
}

/* A zero and full matches of a long run; returns what is left to send. */
static guint32
put_long_run (CgPack *pack, const Code *code, guint32 zeros)
{
    put_bits (pack, code->code[0], code->length[0]);
    guint32 full = (zeros - 1) / 258;
    for (guint32 k = 0; k < full; k++)
        put_bits (pack, code->code[285], code->length[285] + 1u);
    return (zeros - 1) % 258;
}

/* What an entry is sent as: at most 51 bits. */
typedef struct {
    guint64 bits;
    guint n;
} Sent;

static inline Sent
sent_entry (guint32 entry, const Runs *runs, const guint32 *sent_byte)
{
    guint64 run = runs->sent[entry >> 8];
    guint32 byte = sent_byte[entry & 255];
    guint n_run = (guint) (run >> 56);
    run &= (G_GUINT64_CONSTANT (1) << 56) - 1;
    return (Sent){ run | (guint64) (byte & 0xffff) << n_run, n_run + (byte >> 16) };
}

/* After at most 7 bits that wait 64 hold one more entry; mostly two, and then the second need not
 * wait for the first. */
CG_SHIFTS static void
put_entries (CgPack *pack, const Code *code, const Runs *runs, guint from, guint to)
{
    guint start = pack->out->len;
    g_byte_array_set_size (pack->out, start + (to - from) * 7 + 8);
    guint8 *out = pack->out->data + start;
    guint64 bits = pack->bits;
    guint n = pack->n_bits;
    guint32 sent_byte[256]; /* bits, and their number from bit 16 on */
    for (guint k = 0; k < 256; k++)
        sent_byte[k] = code->code[k] | (guint32) code->length[k] << 16;
    for (guint i = from; i < to;) {
        Sent sent = sent_entry (pack->entry[i++], runs, sent_byte);
        Sent next = sent_entry (i < to ? pack->entry[i] : 0, runs, sent_byte);
        if (G_LIKELY (sent.n + next.n <= 56 && i < to)) {
            sent.bits |= next.bits << sent.n;
            sent.n += next.n;
            i++;
        }
        bits |= sent.bits << n;
        n += sent.n;
        guint64 little = GUINT64_TO_LE (bits);
        memcpy (out, &little, 8);
        out += n / 8;
        bits >>= n & ~7u; /* n < 64 */
        n %= 8;
    }
    pack->bits = bits;
    pack->n_bits = n;
    g_byte_array_set_size (pack->out, (guint) (out - pack->out->data));
}

static void
put_block (CgPack *pack, gboolean last)
{
    Tally tally;
    Code code;
    Runs runs;
    count_entries (pack, &tally);
    for (guint r = 0; r < SHORT_RUNS; r++)
        runs.single[r] = r <= 8;
    count_symbols (&tally, &runs, &code);
    choose_runs (&code, &runs);
    count_symbols (&tally, &runs, &code);
    run_bits (&code, &runs);
    put_bits (pack, (last ? 1 : 0) | 2 << 1, 3);
    put_code (pack, &code);
    for (guint i = 0; i < pack->n;) {
        guint from = i;
        i = pack->has_long ? i : pack->n;
        while (i < pack->n && pack->entry[i] >> 8 < SHORT_RUNS)
            i++;
        put_entries (pack, &code, &runs, from, i);
        if (i < pack->n)
            pack->entry[i] = put_long_run (pack, &code, pack->entry[i] >> 8) << 8 |
                             (pack->entry[i] & 255);
    }
    put_bits (pack, code.code[END], code.length[END]);
    pack->n = 0;
    pack->has_long = FALSE;
}

/* ---- bytes ------------------------------------------------------------------------------- */

/* One bit for each of 64 bytes: set where it is not zero. */
static inline guint64
used_bytes (const guint8 *bytes)
{
    guint64 used = 0;
#ifdef __SSE2__
    const __m128i zero = _mm_setzero_si128 ();
    for (guint k = 0; k < 4; k++) {
        __m128i some = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (bytes + 16 * k));
        used |= (guint64) (guint16) ~_mm_movemask_epi8 (_mm_cmpeq_epi8 (some, zero)) << (16 * k);
    }
#else
    for (guint k = 0; k < 64; k++)
        used |= (guint64) (bytes[k] != 0) << k;
#endif
    return used;
}

static void
add_used (CgPack *pack, guint64 used, guint n, const guint8 *bytes)
{
    guint32 next = 0; /* byte that no entry covers yet */
    guint32 run = pack->run, *entry = pack->entry + pack->n;
    pack->has_long |= run + 64 >= SHORT_RUNS;
    while (used != 0) {
        guint32 at = (guint32) __builtin_ctzll (used);
        *entry++ = (run + at - next) << 8 | bytes[at];
        run = 0;
        next = at + 1;
        used &= used - 1;
    }
    pack->n = (guint) (entry - pack->entry);
    pack->run = run + n - next;
    if (pack->run > MAX_RUN - 64) { /* known as long when it grew */
        pack->entry[pack->n++] = (pack->run - 1) << 8;
        pack->run = 0;
    }
    if (pack->n >= BLOCK)
        put_block (pack, FALSE);
}

void
cg_pack_add (CgPack *pack, gsize n, const guint8 *bytes)
{
    gsize i = 0;
    pack->adler = libdeflate_adler32 (pack->adler, bytes, n);
    for (; i + 64 <= n; i += 64)
        add_used (pack, used_bytes (bytes + i), 64, bytes + i);
    if (i < n) {
        guint8 rest[64] = { 0 };
        memcpy (rest, bytes + i, n - i);
        add_used (pack, used_bytes (rest), (guint) (n - i), rest);
    }
}

GByteArray *
cg_pack_end (CgPack *pack)
{
    if (pack->run > 0)
        pack->entry[pack->n++] = (pack->run - 1) << 8;
    pack->has_long |= pack->run > SHORT_RUNS;
    pack->run = 0;
    put_block (pack, TRUE);
    put_bits (pack, 0, 7); /* fills the last byte */
    guint32 adler = GUINT32_TO_BE (pack->adler);
    g_byte_array_append (pack->out, (const guint8 *) &adler, 4);
    return g_steal_pointer (&pack->out);
}
