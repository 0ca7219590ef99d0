package dev.grapevine.testapi;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when Netty has found a buffer that was not released. The leak may be of a class before: Netty finds it when the garbage
 * collector does. {@code -Dio.netty.leakDetection.level=paranoid} finds each, and where it was touched.
 */
public final class NoLeaks implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = LeakDetector.take();
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    "Netty found buffers that were not released, by this test class or one before: " + leaks);
        }
    }
}
