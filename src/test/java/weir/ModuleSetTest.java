package weir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** weir needs these modules of the JDK and no others, so that an image of them alone stays small. What is found by reflection jdeps does not see. */
class ModuleSetTest {
    @Test
    void needsNothingButJavaBaseAndNamingForSrvRecords() {
        assertThat(Jdeps.run("--print-module-deps").strip()).isEqualTo("java.base,java.naming");
    }

    @Test
    void testsRunWithAssertions() {
        assertThat(ModuleSetTest.class.desiredAssertionStatus()).isTrue();
    }
}
