using System.Security.Cryptography;
using LiftPlus.Data;
using LiftPlus.Files;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Plans;

/// <summary>Finds the images of a shard.</summary>
internal static class ShardImages
{
    /// <summary>Returns the images in their order; the name of each is its key.</summary>
    /// <exception cref="LiftPlusException">The tar file or the list is missing, damaged, or another one than when the job was planned.</exception>
    public static IReadOnlyList<ImageSource> Read(string folder, JobPlan plan, PlannedShard shard) =>
        shard.Tar is string tar
            ? InTar(Path.Combine(plan.Root, tar), tar, shard.Bytes)
            : [.. Lines(Path.Combine(folder, JobPlan.ListName), shard).Select(path => Source(plan.Root, path))];

    private static ImageSource Source(string root, string path) => new FileImageSource(path, Path.Combine(root, path));

    private static IReadOnlyList<ImageSource> InTar(string file, string key, long length)
    {
        long found = TextFile.Read(file, "tar file", path => new FileInfo(path).Length);
        if (found != length)
            throw new LiftPlusException(
                $"The tar file '{file}' has {found:N0} bytes, and had {length:N0} when the job was planned. Plan the job again."
            );
        var endings = new FileEndings(null);
        return
        [
            .. TextFile
                .Read(file, "tar file", path => TarMembers.Read(path, endings, new PassedOver()))
                .Where(member => endings.Contains(member.Name))
                .Select(member => ImageSource.FromFilePart(file, member.Offset, member.Length, $"{key}/{member.Name}")),
        ];
    }

    private static string[] Lines(string list, PlannedShard shard)
    {
        byte[] bytes = TextFile.Read(list, "list of images", path => ReadPart(path, shard));
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        string[] lines = sha256 == shard.Sha256 ? TextFile.Lines(bytes, $"The list '{list}'") : [];
        return lines.Length == shard.Images
            ? lines
            : throw new LiftPlusException(
                $"The list '{list}' is damaged: the {shard.Bytes:N0} bytes from {shard.Start:N0} on are not the {shard.Images:N0} paths that "
                    + "were planned. Plan the job again in a new folder."
            );
    }

    private static byte[] ReadPart(string path, PlannedShard shard)
    {
        using SafeFileHandle handle = RegularFile.Open(path);
        byte[] bytes = new byte[Math.Clamp(RandomAccess.GetLength(handle) - shard.Start, 0, shard.Bytes)];
        for (int done = 0; done < bytes.Length; )
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(done), shard.Start + done);
            done += read > 0 ? read : throw new EndOfStreamException("it became shorter while it was read.");
        }

        return bytes;
    }
}
