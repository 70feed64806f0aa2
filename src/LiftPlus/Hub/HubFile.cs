using System.Security.Cryptography;
using System.Text;

namespace LiftPlus.Hub;

/// <summary>Represents a file of a repository as the hub describes it.</summary>
/// <param name="Name">Its name, without a path.</param>
/// <param name="Tag">
/// The content's identity: SHA-256 in hexadecimal for large files, git's SHA-1 for small ones. The name of its blob in the cache.
/// </param>
/// <param name="Size">Length in bytes.</param>
internal sealed record HubFile(string Name, string Tag, long Size)
{
    private const int Sha1Length = 40,
        Sha256Length = 64;

    /// <summary>Gets the kind of hash.</summary>
    public string HashName => Tag.Length == Sha256Length ? "SHA-256" : "git SHA-1";

    /// <summary>Returns whether a tag is a hash of the content. With any other tag the content cannot be checked.</summary>
    public static bool IsHash(string tag) => tag.Length is Sha1Length or Sha256Length && tag.All(char.IsAsciiHexDigit);

    /// <summary>Creates a hash to append the content to.</summary>
    public IncrementalHash StartHash()
    {
        if (Tag.Length == Sha256Length)
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {Size}\0")); // what git hashes before a file's content
        return hash;
    }
}
