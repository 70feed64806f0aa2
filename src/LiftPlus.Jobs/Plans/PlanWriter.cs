using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftPlus.Files;

namespace LiftPlus.Plans;

/// <summary>
/// Writes a plan: plan.json, and images.txt with the paths of image files. Only one shard's paths are in memory at a time.
/// </summary>
internal sealed class PlanWriter
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _list;
    private readonly int _shardSize;
    private readonly ImmutableArray<PlannedShard>.Builder _shards = ImmutableArray.CreateBuilder<PlannedShard>();
    private readonly ArrayBufferWriter<byte> _lines = new();
    private long _start;
    private int _images;

    private PlanWriter(Stream list, int shardSize) => (_list, _shardSize) = (list, shardSize);

    /// <summary>Writes the folder of a job.</summary>
    /// <exception cref="LiftPlusException">The folder has content or cannot be written, or a path or the model is wrong.</exception>
    public static void Write(string folder, IEnumerable<string> images, PredictionJobOptions options)
    {
        string root = Path.GetFullPath(".");
        string? model = options.Model is string given ? Path.GetFullPath(given) : null;
        string? modelHash = model is null ? null : ModelHash.Of(model);
        WholeFolder.Create(folder, temporary =>
        {
            ImmutableArray<PlannedShard> shards;
            using (Stream list = Disk.Current.Open(Path.Combine(temporary, JobPlan.ListName), FileMode.CreateNew))
                shards = new PlanWriter(list, options.ShardSize).AddAll(images, root);
            PredictionOptions wanted = options.Prediction;
            var file = new PlanFile(
                PlanFile.TheFormat,
                PlanFile.TheVersion,
                root,
                model,
                modelHash,
                wanted.Top,
                wanted.Probabilities,
                wanted.Features,
                wanted.Limits.MaxEncodedBytes,
                wanted.Limits.MaxPixels,
                wanted.Limits.TimeLimit ?? PredictionJobOptions.UsualTimeLimit,
                shards
            );
            using Stream plan = Disk.Current.Open(Path.Combine(temporary, JobPlan.FileName), FileMode.CreateNew);
            plan.Write(JsonSerializer.SerializeToUtf8Bytes(file, PlanFile.Json));
        });
    }

    private ImmutableArray<PlannedShard> AddAll(IEnumerable<string> images, string root)
    {
        foreach ((int i, string path) in images.Index())
        {
            if (string.IsNullOrWhiteSpace(path) || path.AsSpan().ContainsAny('\n', '\r'))
                throw new LiftPlusException($"Image {i} has the path '{path}', which cannot be one line of a list. Rename the file.");
            if (path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))
                _shards.Add(new PlannedShard(path, 0, LengthOf(Path.Combine(root, path)), 0, null));
            else
                AddLine(path, i);
        }

        EndShard();
        return _shards.Count > 0
            ? _shards.ToImmutable()
            : throw new LiftPlusException("The job has no images. Give the paths of image files or tar files.");
    }

    private void AddLine(string path, int index)
    {
        try
        {
            _lines.Write(s_strict.GetBytes(path + "\n"));
        }
        catch (EncoderFallbackException e)
        {
            throw new LiftPlusException($"Image {index} has the path '{path}', which is not Unicode text. Rename the file.", e);
        }

        if (++_images == _shardSize || _lines.WrittenCount > PlannedShard.MostBytes / 2)
            EndShard();
    }

    private void EndShard()
    {
        if (_images == 0)
            return;
        ReadOnlySpan<byte> lines = _lines.WrittenSpan;
        _shards.Add(new PlannedShard(null, _start, lines.Length, _images, Convert.ToHexStringLower(SHA256.HashData(lines))));
        _list.Write(lines);
        _start += lines.Length;
        _images = 0;
        _lines.ResetWrittenCount();
    }

    private static long LengthOf(string tar) =>
        new FileInfo(tar) is { Exists: true } file
            ? file.Length
            : throw new LiftPlusException($"The tar file '{tar}' does not exist. Check the path and the working folder.");
}
