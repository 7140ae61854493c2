package io.tokenledger.ingest;

import io.tokenledger.model.ExitCode;
import io.tokenledger.model.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a run, listed once: whatever arrives later is for the next run.
 *
 * @param files what will be read, sorted by path
 * @param ignored what a glob matched and is not read, sorted by path
 */
public record InputSnapshot(List<InputFile> files, List<Ignored> ignored) {

    /** A match that is not read. */
    public record Ignored(String feed, String path, String reason) {}

    public InputSnapshot {
        files = List.copyOf(files);
        ignored = List.copyOf(ignored);
    }

    /**
     * Lists the files of the feeds. Names that writers give to unfinished or side files ({@code .x}, {@code _x},
     * {@code x.crc}, {@code x._COPYING_}) are ignored unless a path names the file exactly.
     *
     * @throws Failure with exit code 2 when a file belongs to two feeds, 3 when a feed has no file, 7 when the storage
     *     fails
     */
    public static InputSnapshot list(List<Feed> feeds, Configuration hadoop) {
        return list(feeds, Set.of(), hadoop);
    }

    /** @param mayBeEmpty the names of feeds whose exports may be gone, since they were read before */
    public static InputSnapshot list(List<Feed> feeds, Set<String> mayBeEmpty, Configuration hadoop) {
        Map<String, InputFile> files = new TreeMap<>();
        Map<String, Ignored> ignored = new TreeMap<>();
        for (Feed feed : feeds) {
            int before = files.size();
            for (String glob : feed.paths()) {
                list(feed, glob, hadoop, files, ignored);
            }
            if (files.size() == before && !mayBeEmpty.contains(feed.name())) {
                throw new Failure(
                        ExitCode.DATA_QUALITY,
                        "feed '%s': no file matches %s; check that the export has arrived, or remove the feed%s"
                                .formatted(
                                        feed.name(),
                                        String.join(", ", feed.paths()),
                                        ignoredOf(feed, ignored).isEmpty()
                                                ? ""
                                                : "; ignored: " + ignoredOf(feed, ignored)));
            }
        }
        // A path that names a file exactly beats a glob that ignores it.
        ignored.keySet().removeAll(files.keySet());
        return new InputSnapshot(List.copyOf(files.values()), List.copyOf(ignored.values()));
    }

    /**
     * Looks at the files again, after they were read and before anything is committed.
     *
     * @throws Failure with exit code 5 when one of them changed or is gone, 7 when the storage fails
     */
    public void requireUnchanged(Configuration hadoop) {
        for (InputFile file : files) {
            try {
                FileStatus found = status(file, hadoop);
                if (differs(file, found)) {
                    throw changed(file, describe(found.getLen(), modified(found)));
                }
            } catch (FileNotFoundException e) {
                throw changed(file, "no file");
            } catch (IOException e) {
                throw unlistable(file.path(), e);
            }
        }
    }

    /** The file as it is now. */
    static FileStatus status(InputFile file, Configuration hadoop) throws IOException {
        Path path = new Path(file.path());
        return path.getFileSystem(hadoop).getFileStatus(path);
    }

    static boolean differs(InputFile file, FileStatus found) {
        return found.getLen() != file.size() || !modified(found).equals(file.modified());
    }

    private static void list(
            Feed feed, String glob, Configuration hadoop, Map<String, InputFile> files, Map<String, Ignored> ignored) {
        try {
            Path pattern = new Path(glob);
            FileSystem system = pattern.getFileSystem(hadoop);
            for (FileStatus match : matches(system, pattern)) {
                String path = match.getPath().toString();
                boolean exact = match.getPath().equals(system.makeQualified(pattern));
                String reason = exact ? null : reasonToIgnore(match);
                if (reason != null) {
                    ignored.put(path, new Ignored(feed.name(), path, reason));
                    continue;
                }
                InputFile file = new InputFile(feed.name(), path, match.getLen(), modified(match));
                InputFile other = files.put(path, file);
                if (other != null && !other.feed().equals(feed.name())) {
                    throw Failure.configuration(
                            "feeds '%s' and '%s': paths: both match %s; its requests would count twice, so narrow one of"
                                    + " the globs",
                            other.feed(), feed.name(), path);
                }
            }
        } catch (IllegalArgumentException e) {
            throw Failure.configuration("feed '%s': paths: '%s' is no path: %s", feed.name(), glob, e.getMessage());
        } catch (IOException e) {
            throw unlistable(glob, e);
        }
    }

    /** What the glob matches, with a matched directory replaced by what is in it. */
    private static List<FileStatus> matches(FileSystem system, Path pattern) throws IOException {
        List<FileStatus> matches = new ArrayList<>();
        FileStatus[] found = system.globStatus(pattern);
        // Hadoop's answer for a path without wildcards that does not exist is null.
        for (FileStatus match : found == null ? new FileStatus[0] : found) {
            matches.addAll(match.isDirectory() ? List.of(system.listStatus(match.getPath())) : List.of(match));
        }
        matches.sort(Comparator.comparing(FileStatus::getPath));
        return matches;
    }

    private static String reasonToIgnore(FileStatus match) {
        String name = match.getPath().getName();
        if (match.isDirectory()) {
            return "a directory inside a directory";
        }
        if (name.startsWith(".") || name.startsWith("_")) {
            return "name begins with '" + name.charAt(0) + "'";
        }
        if (name.endsWith(".crc") || name.endsWith("_COPYING_")) {
            return "name ends with '" + name.substring(name.lastIndexOf('.') + 1) + "'";
        }
        return null;
    }

    private static List<String> ignoredOf(Feed feed, Map<String, Ignored> ignored) {
        return ignored.values().stream()
                .filter(i -> i.feed().equals(feed.name()))
                .map(i -> i.path() + " (" + i.reason() + ")")
                .toList();
    }

    static Instant modified(FileStatus status) {
        return Instant.ofEpochMilli(status.getModificationTime());
    }

    private static Failure changed(InputFile file, String found) {
        return new Failure(
                ExitCode.INPUT_CHANGED,
                "feed '%s': %s changed while it was read: found %s, expected %s; nothing was committed, run again when"
                                .formatted(file.feed(), file.path(), found, describe(file.size(), file.modified()))
                        + " the export is complete");
    }

    static String describe(long size, Instant modified) {
        return size + " bytes of " + modified;
    }

    private static Failure unlistable(String path, IOException cause) {
        return new Failure(ExitCode.STORAGE, "%s: cannot be listed: %s".formatted(path, cause.getMessage()), cause);
    }
}
