/* Wide registers without asking for a processor that has them. */
#ifndef CG_BASE_WIDE_H
#define CG_BASE_WIDE_H

/* A second copy of the function for processors with wide registers, chosen when the program starts.
 * No multiply is fused with an add in either, so both give the same bits. For static functions:
 * clang 14 hides the others from the linker. Not under ThreadSanitizer, whose own start comes after
 * the choice and which would fall over it. */
#if defined(__has_feature) /* clang says it so */
#if __has_feature(thread_sanitizer)
#define CG_UNDER_TSAN
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define CG_UNDER_TSAN
#endif
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(CG_UNDER_TSAN)
#define CG_WIDE __attribute__ ((target_clones ("avx2", "default")))
/* The same for shifts by numbers that are not known before, three steps each without. */
#define CG_SHIFTS __attribute__ ((target_clones ("bmi2", "default")))
#else
#define CG_WIDE
#define CG_SHIFTS
#endif

#endif
