package org.sealcore;

import java.util.List;

/** One thing that is said to a native object while it is being made, kept until then. */
@FunctionalInterface
interface Step {
    /** The status of the call. */
    int apply(NativeApi api, Scope scope, long target);

    static void applyAll(List<Step> steps, Scope scope, long target) {
        for (Step step : steps) {
            scope.check(step.apply(scope.api, scope, target));
        }
    }
}
