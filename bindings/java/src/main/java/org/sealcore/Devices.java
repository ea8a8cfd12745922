package org.sealcore;

import java.util.Objects;

/** Devices that hold keys: PKCS#11 modules, SDF cipher machines, SKF tokens. */
public final class Devices {
    private Devices() {
    }

    /**
     * What a module offers: its devices, applications, containers, keys.
     *
     * @param uri names the module, as {@code skf:?module-path=/opt/vendor/libskf.so}
     * @param pin for what only its owner may see; null for none
     * @return a JSON object
     */
    public static String list(String uri, char[] pin) {
        Objects.requireNonNull(uri, "uri");
        try (Scope scope = new Scope()) {
            scope.check(scope.api.sealcore_device_list(scope.text(uri), scope.secret(pin), scope.out(), scope.error()));
            return scope.outText();
        }
    }
}
