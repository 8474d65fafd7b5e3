package org.ratelake.spark;

import io.delta.storage.CloseableIterator;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;

/**
 * Delta's log on S3, for any number of drivers at once: a commit is one PUT with If-None-Match, so
 * that of two with one version the store takes one and refuses the other, which Delta then tries
 * again as the next. Delta's own store for S3 looks first and writes then, and loses a commit that
 * came between.
 */
public class ConditionalPutLogStore extends HadoopFileSystemLogStore {
    private static final String ONLY_IF_ABSENT = "fs.option.create.conditional.overwrite";

    public ConditionalPutLogStore(Configuration configuration) {
        super(configuration);
    }

    @Override
    public void write(
            Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
            throws IOException {
        // whole before the stream is open: what fails in between leaves no half of a commit
        StringBuilder content = new StringBuilder();
        actions.forEachRemaining(action -> content.append(action).append('\n'));
        FileSystem files = path.getFileSystem(configuration);
        try (FSDataOutputStream stream = overwrite ? files.create(path, true) : add(files, path)) {
            stream.write(content.toString().getBytes(StandardCharsets.UTF_8));
        } catch (RemoteFileChangedException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
            if (!isOwn(path, content.toString(), configuration)) {
                throw new FileAlreadyExistsException(path.toString());
            }
        }
    }

    private static FSDataOutputStream add(FileSystem files, Path path) throws IOException {
        FSDataOutputStreamBuilder<?, ?> file = files.createFile(path).overwrite(true);
        file.must(ONLY_IF_ABSENT, true);
        return file.build();
    }

    /**
     * Whether the commit that is there is the one refused: the store had taken it, its answer was
     * lost and S3A had sent it again. No two are equal, each has a transaction's id.
     */
    private boolean isOwn(Path path, String content, Configuration configuration)
            throws IOException {
        StringBuilder found = new StringBuilder();
        try (CloseableIterator<String> lines = read(path, configuration)) {
            lines.forEachRemaining(line -> found.append(line).append('\n'));
        }
        return content.contentEquals(found);
    }

    @Override
    public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
        return false;
    }
}
