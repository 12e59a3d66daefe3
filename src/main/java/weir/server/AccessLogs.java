package weir.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import weir.config.LogSettings;
import weir.exchange.Observer;
import weir.filter.AccessLog;
import weir.observe.Journal;
import weir.observe.LogRing;
import weir.observe.LogTarget;
import weir.observe.LogWriter;
import weir.observe.Metrics;

/** The access log of the running configuration: a ring for each loop and the thread that writes them out. */
final class AccessLogs implements AutoCloseable {
    /** No log at all. */
    static final AccessLogs NONE = new AccessLogs(LogSettings.NONE, null, null);

    private final LogSettings settings;
    private final LogWriter writer;
    private final Observer observer;

    private AccessLogs(LogSettings settings, LogWriter writer, Observer observer) {
        this.settings = settings;
        this.writer = writer;
        this.observer = observer;
    }

    /** @throws IOException the file cannot be opened */
    static AccessLogs open(LogSettings settings, int loops, Journal journal, Metrics metrics) throws IOException {
        if (settings.format() == LogSettings.Format.OFF) {
            return new AccessLogs(settings, null, null);
        }
        List<LogRing> rings = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            rings.add(new LogRing(settings.ringBytes()));
        }
        LogTarget target = settings.file() == null ? new LogTarget.Stdout() : new LogTarget.File(settings.file());
        LogWriter writer = writer(target, rings, journal);
        metrics.counter("weir_log_lines_dropped_total", "Access log lines lost as the ring was full.",
                () -> rings.stream().mapToLong(LogRing::dropped).sum());
        metrics.counter("weir_log_write_errors_total", "Writes of the access log that failed.", writer::errors);
        boolean json = settings.format() == LogSettings.Format.JSON;
        return new AccessLogs(settings, writer, new AccessLog(json ? AccessLog.Format.JSON : AccessLog.Format.COMBINED, rings));
    }

    private static LogWriter writer(LogTarget target, List<LogRing> rings, Journal journal) throws IOException {
        try {
            return new LogWriter(target, rings, journal);
        } catch (FileSystemException e) {
            String why = e instanceof NoSuchFileException ? "no such file or directory"
                    : e instanceof AccessDeniedException ? "permission denied"
                    : e.getReason() == null ? e.toString() : e.getReason();
            throw new IOException("log.access: cannot open " + target + ": " + why, e);
        }
    }

    LogSettings settings() {
        return settings;
    }

    /** Null when there is no access log. */
    Observer observer() {
        return observer;
    }

    void reopen() {
        if (writer != null) {
            writer.reopen();
        }
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
