package dev.grapevine.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection on which anything can be sent, HTTP or not. */
final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Everything that comes until the other side closes; empty if it closes without a word. */
    String readAll(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (SocketException e) {
            // A reset: closed as well.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** What comes up to some text and with it; less if the other side closes before. */
    String readUntil(String end, Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        StringBuilder all = new StringBuilder();
        try {
            while (all.indexOf(end, all.length() - end.length()) < 0) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                all.append((char) next);
            }
        } catch (SocketException e) {
            // A reset: closed as well.
        }
        return all.toString();
    }

    /** Whether the other side closes within that time, whatever it says before. */
    boolean isClosedWithin(Duration patience) throws IOException {
        try {
            readAll(patience);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** The problem at the end of an answer. */
    static JsonNode problem(String answer) {
        return JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
