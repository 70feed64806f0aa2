using System.Security.Cryptography;
using System.Text;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Computes a short hash of the parts added to it, in order.</summary>
internal sealed class Fingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public Fingerprint Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(BitConverter.GetBytes(bytes.Length)); // so that different splits of the same bytes differ
        _hash.AppendData(bytes);
        return this;
    }

    public Fingerprint Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns 64 bits in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash().AsSpan(0, 8));

    public void Dispose() => _hash.Dispose();
}
