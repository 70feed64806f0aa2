using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.TestSupport;

/// <summary>
/// Classifies the bytes of files by their hash, fast and without a model. Bytes that begin with "bad" cannot be read, and those that begin
/// with "hang" are never done.
/// </summary>
/// <param name="pause">The milliseconds that a batch takes at least.</param>
internal sealed class HashClassifier(int pause = 0) : ImageClassifierBase
{
    private const int Classes = 7,
        Width = 4;
    private static readonly ImmutableArray<string> s_names = [.. Enumerable.Range(0, Classes).Select(label => $"class {label}")];

    public override IReadOnlyList<string> ClassNames => s_names;

    /// <summary>Gets or sets what is called before every batch.</summary>
    public Action BeforeBatch { get; set; } = () => { };

    internal override UnreadablePolicy Unreadable => UnreadablePolicy.Fail;

    internal override ImagePreparer CreatePreparer() => new Preparer();

    internal override Scores Score(IReadOnlyList<PreparedImage> images, bool features)
    {
        BeforeBatch();
        Thread.Sleep(pause);
        float[] logits = [.. images.SelectMany(image => Enumerable.Range(0, Classes).Select(label => image.Numbers[0] * label % 1))];
        float[] probabilities = [.. logits.Select(logit => logit / Classes)];
        return new Scores(s_names, logits, probabilities, features ? [.. images.SelectMany(image => image.Numbers.ToArray())] : []);
    }

    private protected override void FreeAll() { }

    private sealed class Preparer() : ImagePreparer(batchSize: 4, workers: 2)
    {
        public override PreparedImage Draw(Func<int, float> level) => throw new NotSupportedException();

        protected override void Write(ImageSource source, ImageLimits limits, PreparedImage to)
        {
            using EncodedBytes bytes = source.Read(limits.MaxEncodedBytes);
            if (bytes.Span.StartsWith("bad"u8))
                throw ImageDecodeException.ForDamage(source.Name, "its bytes are bad");
            if (bytes.Span.StartsWith("hang"u8))
                Thread.Sleep(Timeout.Infinite);
            byte[] hash = System.Security.Cryptography.SHA256.HashData(bytes.Span);
            Span<float> numbers = to.RentNumbers([Width]);
            for (int i = 0; i < Width; i++)
                numbers[i] = 1 + BitConverter.ToUInt16(hash, 2 * i);
            numbers[0] /= 7919;
        }
    }
}
