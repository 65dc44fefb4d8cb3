// The functions of HiGHS 1.12 in use, bound by name at run time. HighsInt is a 32-bit int in the bundle.

#ifndef CALLOUT_HIGHS_H
#define CALLOUT_HIGHS_H

#include <stdint.h>

// The first field is all that is written here; the others belong to the library.
typedef struct {
	int user_interrupt;
} callout_in;

typedef void (*callout_callback)(int type, const char *message, const void *out, callout_in *in, void *user);

// X(result, name, parameters, arguments)
#define CALLOUT_HIGHS(X) \
	X(void *, create, (void), ()) \
	X(int, clear, (void *h), (h)) \
	X(int, versionMajor, (void), ()) \
	X(int, versionMinor, (void), ()) \
	X(int, getSizeofHighsInt, (const void *h), (h)) \
	X(int, setBoolOptionValue, (void *h, const char *name, int x), (h, name, x)) \
	X(int, setIntOptionValue, (void *h, const char *name, int x), (h, name, x)) \
	X(int, setDoubleOptionValue, (void *h, const char *name, double x), (h, name, x)) \
	X(int, setStringOptionValue, (void *h, const char *name, const char *x), (h, name, x)) \
	X(int, passMip, \
	  (void *h, int cols, int rows, int nz, int format, int sense, double offset, const double *cost, const double *lower, \
	   const double *upper, const double *row_lower, const double *row_upper, const int *start, const int *index, \
	   const double *value, const int *integrality), \
	  (h, cols, rows, nz, format, sense, offset, cost, lower, upper, row_lower, row_upper, start, index, value, integrality)) \
	X(int, passLp, \
	  (void *h, int cols, int rows, int nz, int format, int sense, double offset, const double *cost, const double *lower, \
	   const double *upper, const double *row_lower, const double *row_upper, const int *start, const int *index, \
	   const double *value), \
	  (h, cols, rows, nz, format, sense, offset, cost, lower, upper, row_lower, row_upper, start, index, value)) \
	X(int, addCols, \
	  (void *h, int n, const double *cost, const double *lower, const double *upper, int nz, const int *start, const int *index, \
	   const double *value), \
	  (h, n, cost, lower, upper, nz, start, index, value)) \
	X(int, addRows, \
	  (void *h, int n, const double *lower, const double *upper, int nz, const int *start, const int *index, const double *value), \
	  (h, n, lower, upper, nz, start, index, value)) \
	X(int, changeColCost, (void *h, int col, double cost), (h, col, cost)) \
	X(int, changeColBounds, (void *h, int col, double lower, double upper), (h, col, lower, upper)) \
	X(int, changeRowBounds, (void *h, int row, double lower, double upper), (h, row, lower, upper)) \
	X(int, setSolution, \
	  (void *h, const double *col, const double *row, const double *col_dual, const double *row_dual), \
	  (h, col, row, col_dual, row_dual)) \
	X(int, zeroAllClocks, (const void *h), (h)) \
	X(int, run, (void *h), (h)) \
	X(int, getModelStatus, (const void *h), (h)) \
	X(int, getSolution, (const void *h, double *col, double *col_dual, double *row, double *row_dual), (h, col, col_dual, row, row_dual)) \
	X(int, getIntInfoValue, (const void *h, const char *name, int *x), (h, name, x)) \
	X(int, getInt64InfoValue, (const void *h, const char *name, int64_t *x), (h, name, x)) \
	X(int, getDoubleInfoValue, (const void *h, const char *name, double *x), (h, name, x)) \
	X(int, setCallback, (void *h, callout_callback f, void *user), (h, f, user)) \
	X(int, startCallback, (void *h, int type), (h, type)) \
	X(int, stopCallback, (void *h, int type), (h, type)) \
	X(const void *, getCallbackDataOutItem, (const void *out, const char *name), (out, name))

#define DECLARE(result, name, parameters, arguments) result highs_##name parameters;
CALLOUT_HIGHS(DECLARE)
#undef DECLARE

// callout_highs_bind returns the name of a function that the library lacks, NULL if it has all.
const char *callout_highs_bind(void *lib);

// callout_watch is what the callbacks of one run share with the goroutine that waits for it.
typedef struct {
	void *h;
	int stop;         // Set from another thread: end soon.
	uintptr_t handle; // Of the receiver of incumbents; 0 for none.
} callout_watch;

// callout_stop ends the run that is under way, or the next one.
void callout_stop(callout_watch *w);

// callout_run solves. Until it returns another thread may call callout_stop.
int callout_run(callout_watch *w);

#endif
