using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Where an image comes from: a file, encoded bytes, a stream, or pixels. All of them convert implicitly, so that one list can mix them. Nothing is
/// opened before the image is wanted.
/// </summary>
public abstract class ImageSource
{
    private const string Unnamed = "an image in memory";

    private ImageSource(string name) => Name = name;

    /// <summary>The file, or what messages and predictions call the image by.</summary>
    public string Name { get; }

    /// <summary>An image file. One that cannot be read is tried once more: network folders fail now and then.</summary>
    /// <param name="path">The file.</param>
    public static ImageSource FromFile(string path) => new FileSource(path);

    /// <summary>The bytes of an image file.</summary>
    /// <param name="encoded">The bytes; left as they are until the image has been read.</param>
    /// <param name="name">What messages call the image by.</param>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = Unnamed) => new MemorySource(encoded, name);

    /// <summary>A stream of the bytes of an image file: read once, from where it stands to its end, and left open.</summary>
    /// <param name="encoded">The stream.</param>
    /// <param name="name">What messages call the image by.</param>
    public static ImageSource FromStream(Stream encoded, string name = Unnamed) => new StreamSource(encoded, name);

    /// <summary>Decoded pixels.</summary>
    /// <param name="pixels">The pixels; still the caller's, who keeps them until the image has been read.</param>
    /// <param name="name">What messages call the image by.</param>
    public static ImageSource FromPixels(RgbImage pixels, string name = Unnamed) => new PixelSource(pixels, name);

    /// <inheritdoc cref="FromFile"/>
    public static implicit operator ImageSource(string path) => FromFile(path);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ImageSource(ReadOnlyMemory<byte> encoded) => FromBytes(encoded);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ImageSource(byte[] encoded) => FromBytes(encoded);

    /// <inheritdoc cref="FromStream"/>
    public static implicit operator ImageSource(Stream encoded) => FromStream(encoded);

    /// <inheritdoc cref="FromPixels"/>
    public static implicit operator ImageSource(RgbImage pixels) => FromPixels(pixels);

    /// <summary>Reads the image and makes its views. Only a stream is waited for; the rest is done on the calling thread.</summary>
    /// <param name="transform">What makes squares of the model's input size.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="limits">How large the image may be.</param>
    /// <param name="cancellationToken">Stops the reading of a stream.</param>
    /// <returns><see cref="TransformPipeline.Views"/> images, each to be disposed.</returns>
    /// <exception cref="ImageDecodeException">The image is missing, no readable image, or too large.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public abstract ValueTask<RgbImage[]> ReadAsync(
        TransformPipeline transform,
        IImageDecoder decoder,
        ImageLimits limits,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Reads a stream into pooled memory, so that <see cref="ReadAsync"/> has nothing to wait for; every other source is ready, and returned as it is.
    /// </summary>
    /// <param name="limits">How large the image may be.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A source that can be read once.</returns>
    /// <exception cref="ImageDecodeException">The stream is empty, too long, or fails.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public virtual ValueTask<ImageSource> BufferAsync(ImageLimits limits, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(this);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private protected RgbImage[] Decode(ReadOnlySpan<byte> encoded, TransformPipeline transform, IImageDecoder decoder, ImageLimits limits)
    {
        if (encoded.Length > limits.MaxEncodedBytes)
            throw PooledFile.TooLarge(Name, encoded.Length, limits.MaxEncodedBytes);
        ImageSize size = decoder.Measure(encoded, Name);
        if ((long)size.Width * size.Height > limits.MaxPixels)
            throw ImageDecodeException.ForSize(Name, size.Width, size.Height, limits.MaxPixels);
        return transform.Read(encoded, Name, decoder, NoChance());
    }

    // Looking at an image involves no chance.
    private static TransformContext NoChance() => new(new StreamRandom(0, 0, 0), 1);

    private sealed class FileSource(string path) : ImageSource(path)
    {
        public override ValueTask<RgbImage[]> ReadAsync(
            TransformPipeline transform,
            IImageDecoder decoder,
            ImageLimits limits,
            CancellationToken cancellationToken = default
        )
        {
            try
            {
                return ValueTask.FromResult(Read());
            }
            catch (ImageDecodeException)
            {
                return ValueTask.FromResult(Read());
            }

            RgbImage[] Read()
            {
                using PooledFile file = PooledFile.Read(Name, limits.MaxEncodedBytes);
                return Decode(file.Bytes, transform, decoder, limits);
            }
        }
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> encoded, string name) : ImageSource(name)
    {
        public override ValueTask<RgbImage[]> ReadAsync(
            TransformPipeline transform,
            IImageDecoder decoder,
            ImageLimits limits,
            CancellationToken cancellationToken = default
        ) => ValueTask.FromResult(Decode(encoded.Span, transform, decoder, limits));
    }

    private sealed class StreamSource(Stream encoded, string name) : ImageSource(name)
    {
        public override async ValueTask<RgbImage[]> ReadAsync(
            TransformPipeline transform,
            IImageDecoder decoder,
            ImageLimits limits,
            CancellationToken cancellationToken = default
        )
        {
            using PooledFile bytes = await PooledFile
                .ReadAsync(encoded, Name, limits.MaxEncodedBytes, cancellationToken)
                .ConfigureAwait(false);
            return Decode(bytes.Bytes, transform, decoder, limits);
        }

        public override async ValueTask<ImageSource> BufferAsync(ImageLimits limits, CancellationToken cancellationToken = default) =>
            new BufferedSource(
                await PooledFile.ReadAsync(encoded, Name, limits.MaxEncodedBytes, cancellationToken).ConfigureAwait(false),
                Name
            );
    }

    // One that nobody reads leaves its memory to the garbage collector.
    private sealed class BufferedSource(PooledFile file, string name) : ImageSource(name)
    {
        public override ValueTask<RgbImage[]> ReadAsync(
            TransformPipeline transform,
            IImageDecoder decoder,
            ImageLimits limits,
            CancellationToken cancellationToken = default
        )
        {
            using (file)
                return ValueTask.FromResult(Decode(file.Bytes, transform, decoder, limits));
        }
    }

    private sealed class PixelSource(RgbImage pixels, string name) : ImageSource(name)
    {
        public override ValueTask<RgbImage[]> ReadAsync(
            TransformPipeline transform,
            IImageDecoder decoder,
            ImageLimits limits,
            CancellationToken cancellationToken = default
        ) => ValueTask.FromResult(transform.Apply(pixels.Share(), NoChance()));
    }
}
