/* cleanup: handles that release themselves when they leave their scope. */
#ifndef ROLLCALL_BASE_CLEANUP_H
#define ROLLCALL_BASE_CLEANUP_H

/* CLEANUP(fn) var = NULL;  calls fn(&var) at the end of the scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Declares cleanup function `name` for pointers of `type` that are released by release(p). */
#define CLEANUP_FUNCTION(type, name, release)                                                      \
    static inline void name(type **p)                                                              \
    {                                                                                              \
        if (*p != NULL) {                                                                          \
            release(*p);                                                                           \
        }                                                                                          \
    }                                                                                              \
    struct cleanup_semicolon_##name

#endif
