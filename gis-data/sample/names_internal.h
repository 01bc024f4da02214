/* Names of places from lists of parts; every name is given once in a county. */
#ifndef CG_SAMPLE_NAMES_INTERNAL_H
#define CG_SAMPLE_NAMES_INTERNAL_H

#include <glib.h>

typedef enum {
    CG_NAME_SUBDISTRICT, /* 城关街道   */
    CG_NAME_TOWN,        /* 柳林镇     */
    CG_NAME_COMMUNITY,   /* 河滨社区   */
    CG_NAME_VILLAGE,     /* 杨家湾村   */
    CG_NAME_RIVER,       /* 青石河     */
    CG_NAME_COMPOUND,    /* 锦绣花园   */
    CG_NAME_STREET,      /* 人民路     */
    CG_N_NAME_KINDS
} CgNameKind;

typedef struct _CgNamer CgNamer;

CgNamer *cg_namer_new (guint64 seed);
void cg_namer_free (CgNamer *namer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CgNamer, cg_namer_free)

/* A name not given before by this namer. (transfer full) */
char *cg_namer_take (CgNamer *namer, CgNameKind kind);
/* 1 一 .. 99 九十九. (transfer full) */
char *cg_name_number (guint number);

#endif
