using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Files;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Plans;

/// <summary>Computes the SHA-256 of files and of folders.</summary>
internal static class ModelHash
{
    private const int PartLength = 1 << 20;

    /// <summary>Returns the SHA-256 of a model: of a file's bytes, or of the names, lengths and bytes of the files in a folder.</summary>
    /// <exception cref="LiftPlusException">It is missing or cannot be read.</exception>
    public static string Of(string model)
    {
        if (!Directory.Exists(model))
            return OfFile(model, "model", default).Sha256;
        string[] files = FolderReader.Read(model, () => Directory.GetFiles(model, "*", SearchOption.AllDirectories));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (string name in files.Select(file => Path.GetRelativePath(model, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
        {
            (string sha256, long length) = OfFile(Path.Combine(model, name), "model file", default);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
            BinaryPrimitives.WriteInt64LittleEndian(number, length);
            hash.AppendData(number);
            hash.AppendData(Convert.FromHexString(sha256));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns the SHA-256 and the length of a file.</summary>
    /// <exception cref="LiftPlusException">It is missing or cannot be read.</exception>
    public static (string Sha256, long Length) OfFile(string path, string kind, CancellationToken cancellationToken) =>
        LiftPlus.Data.TextFile.Read(path, kind, file =>
        {
            using SafeFileHandle handle = RegularFile.Open(file);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] part = ArrayPool<byte>.Shared.Rent(PartLength);
            long length = 0;
            while (RandomAccess.Read(handle, part, length) is int read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(part, 0, read);
                length += read;
            }

            ArrayPool<byte>.Shared.Return(part);
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        });
}
