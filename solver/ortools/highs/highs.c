//go:build cgo && (linux || darwin)

#include "highs.h"

#include <dlfcn.h>
#include <stddef.h>

#include "_cgo_export.h"

#define DEFINE(result, name, parameters, arguments) \
	static result(*bound_##name) parameters; \
	result highs_##name parameters { return bound_##name arguments; }
CALLOUT_HIGHS(DEFINE)
#undef DEFINE

const char *callout_highs_bind(void *lib) {
#define BIND(result, name, parameters, arguments) \
	*(void **)&bound_##name = dlsym(lib, "Highs_" #name); \
	if (!bound_##name) return "Highs_" #name;
	CALLOUT_HIGHS(BIND)
#undef BIND
	return NULL;
}

// Types of callbacks, from highs_c_api.h.
enum { simplex_interrupt = 1, ipm_interrupt = 2, improving_solution = 4, mip_interrupt = 6 };

// Presolve calls nothing back, but it looks at the clock: 50 to 300 ms of a large model are cut short by taking its time away. HiGHS
// reads this option wherever it checks its limits and writes it nowhere. The store is of one aligned double, which the processors in
// question never tear, and a solver that reads either value goes on correctly.
void callout_stop(callout_watch *w) {
	__atomic_store_n(&w->stop, 1, __ATOMIC_RELAXED);
	highs_setDoubleOptionValue(w->h, "time_limit", 0);
}

// The interrupts come often, so that they do not cross into Go.
static void on_event(int type, const char *message, const void *out, callout_in *in, void *user) {
	(void)message;
	callout_watch *w = user;
	if (type == improving_solution) {
		// Items are asked for by name, so that their layout, which differs between versions, does not matter.
		const double *x = highs_getCallbackDataOutItem(out, "mip_solution");
		const double *bound = highs_getCallbackDataOutItem(out, "mip_dual_bound");
		if (x && bound && w->handle && !calloutIncumbent(w->handle, (double *)x, *bound)) callout_stop(w);
		return;
	}
	in->user_interrupt = __atomic_load_n(&w->stop, __ATOMIC_RELAXED);
}

int callout_run(callout_watch *w) {
	void *h = w->h;
	highs_setCallback(h, on_event, w);
	highs_startCallback(h, simplex_interrupt);
	highs_startCallback(h, ipm_interrupt);
	highs_startCallback(h, mip_interrupt);
	if (w->handle) highs_startCallback(h, improving_solution);
	int status = highs_run(h);
	highs_stopCallback(h, simplex_interrupt);
	highs_stopCallback(h, ipm_interrupt);
	highs_stopCallback(h, mip_interrupt);
	if (w->handle) highs_stopCallback(h, improving_solution);
	highs_setCallback(h, NULL, NULL);
	return status;
}
