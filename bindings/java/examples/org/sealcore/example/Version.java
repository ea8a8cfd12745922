package org.sealcore.example;

import org.sealcore.Sealcore;

/** Whether the library is found, and which it is. */
public final class Version {
    private Version() {
    }

    public static void main(String[] args) {
        Sealcore.selfTest();
        System.out.println("sealcore " + Sealcore.version() + ", ABI " + Sealcore.abiVersion());
    }
}
