using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Represents where an image comes from: a file, a part of a file, encoded bytes, a stream, or pixels. Paths, bytes, streams and images
/// convert implicitly, so that one list can mix them. Nothing is opened until the image is needed.
/// </summary>
public abstract class ImageSource
{
    private const string Unnamed = "an image in memory";

    private protected ImageSource(string name) => Name = name;

    /// <summary>Gets the file, or the name that messages and predictions use for the image.</summary>
    public string Name { get; }

    /// <summary>Gets a value that indicates whether the image is encoded, as in a file; false if the source gives pixels.</summary>
    public virtual bool IsEncoded => true;

    /// <summary>Gets the number of encoded bytes; null for pixels, a stream or a missing file.</summary>
    public virtual long? EncodedLength => null;

    /// <summary>
    /// Creates a source that reads a file. A file that cannot be read is tried once more: network folders fail now and then.
    /// </summary>
    /// <param name="path">The file.</param>
    public static ImageSource FromFile(string path) => new FileImageSource(path, path);

    /// <summary>Creates a source that reads a part of a file, such as an entry of a tar file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The position of the image's first byte.</param>
    /// <param name="length">The image's number of bytes.</param>
    /// <param name="name">The name that messages use for the image.</param>
    public static ImageSource FromFilePart(string file, long offset, long length, string name) =>
        new FileImageSource(name, file, (offset, length));

    /// <summary>Creates a source from the bytes of an image file.</summary>
    /// <param name="encoded">The bytes. Do not change them until the image has been read.</param>
    /// <param name="name">The name that messages use for the image.</param>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = Unnamed) => new MemoryImageSource(encoded, name);

    /// <summary>
    /// Creates a source from a stream of the bytes of an image file. The stream is read once, from its position to its end, and left open,
    /// so a dataset cannot hold it.
    /// </summary>
    /// <param name="encoded">The stream.</param>
    /// <param name="name">The name that messages use for the image.</param>
    public static ImageSource FromStream(Stream encoded, string name = Unnamed) => new StreamImageSource(encoded, name);

    /// <summary>
    /// Creates a source that opens a stream of the bytes of an image file whenever the image is needed: from a database, blob storage or
    /// the web. A loader opens several at a time. A stream that cannot be opened or read is tried once more.
    /// </summary>
    /// <param name="open">Opens the stream, which is disposed after reading. Called from several threads.</param>
    /// <param name="name">The name that messages use for the image, and by which a resumed run recognizes it.</param>
    public static ImageSource FromOpener(Func<CancellationToken, Task<Stream>> open, string name) => new OpenedImageSource(open, name);

    /// <summary>Creates a source from decoded pixels.</summary>
    /// <param name="pixels">The pixels. The caller owns them and keeps them until the image has been read.</param>
    /// <param name="name">The name that messages use for the image.</param>
    public static ImageSource FromPixels(RgbImage pixels, string name = Unnamed) => FromPixels(pixels.Share, name);

    /// <summary>Creates a source that calls a function for the pixels.</summary>
    /// <param name="load">
    /// Returns an image that the caller disposes, such as <see cref="RgbImage.Share"/> of one in memory. Called from several threads.
    /// </param>
    /// <param name="name">The name that messages use for the image.</param>
    public static ImageSource FromPixels(Func<RgbImage> load, string name = Unnamed) => new PixelImageSource(load, name);

    /// <inheritdoc cref="FromFile"/>
    public static implicit operator ImageSource(string path) => FromFile(path);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ImageSource(ReadOnlyMemory<byte> encoded) => FromBytes(encoded);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ImageSource(byte[] encoded) => FromBytes(encoded);

    /// <inheritdoc cref="FromStream"/>
    public static implicit operator ImageSource(Stream encoded) => FromStream(encoded);

    /// <inheritdoc cref="FromPixels(RgbImage, string)"/>
    public static implicit operator ImageSource(RgbImage pixels) => FromPixels(pixels);

    /// <summary>Reads the encoded bytes.</summary>
    /// <exception cref="ImageDecodeException">The file is missing, or cannot be read.</exception>
    /// <exception cref="NotSupportedException">The source gives pixels, or is a stream.</exception>
    public byte[] ReadEncoded()
    {
        using EncodedBytes bytes = Read();
        return bytes.Span.ToArray();
    }

    /// <summary>Returns the name.</summary>
    public override string ToString() => Name;

    /// <summary>Gets a value that indicates whether the image can be read more than once.</summary>
    internal virtual bool IsRepeatable => true;

    /// <summary>Gets a value that indicates whether reading may succeed after it failed.</summary>
    internal virtual bool MayRecover => false;

    /// <summary>Gets a value that indicates whether reading mostly waits, so that it pays to read ahead.</summary>
    internal virtual bool IsSlow => false;

    /// <summary>Reads the encoded bytes of an encoded source. The caller disposes them.</summary>
    internal virtual EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) =>
        throw new NotSupportedException($"'{Name}' has no encoded bytes to read.");

    /// <summary>Reads the first and the last bytes of an encoded source, or all of them.</summary>
    internal virtual EncodedBytes ReadEnds(int first, int last) => Read();

    /// <summary>Gets the pixels of a source that is not encoded. The caller disposes them.</summary>
    internal virtual RgbImage Load() => throw new NotSupportedException($"'{Name}' is encoded.");

    /// <summary>
    /// Reads a stream into pooled memory, so that <see cref="Read"/> does not wait; returns every other source unchanged.
    /// </summary>
    /// <param name="limits">The largest image that is accepted.</param>
    /// <param name="reserve">Called with a number of bytes before that much more memory is taken; may wait or throw.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>A source that can be read once; disposing one that was not read returns its memory.</returns>
    /// <exception cref="ImageDecodeException">The stream is empty, too long, or fails.</exception>
    internal virtual ValueTask<ImageSource> BufferAsync(
        ImageLimits limits,
        Func<int, ValueTask>? reserve,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult(this);
}
