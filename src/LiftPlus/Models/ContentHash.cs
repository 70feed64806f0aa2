using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Computes a SHA-256 over a text, then over the name, type, shape and bytes of each tensor by name.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds the tensors of a file, one at a time.</summary>
    public void Add(WeightSource source)
    {
        foreach (string name in source.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            using Tensor tensor = source.Read(name);
            Add(name, tensor);
        }
    }

    public void Add(string name, Tensor tensor)
    {
        string shape = string.Join(",", tensor.shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        _hash.AppendData(Encoding.UTF8.GetBytes($"\n{name}\n{tensor.dtype}\n{shape}\n"));
        TensorBytes.Read(tensor, _hash.AppendData);
    }

    public string Value() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
