using System.Security.Cryptography;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Web.Frame;

/// <summary>The word that callers must have, compared in a time that tells nothing about it.</summary>
internal sealed class AccessToken
{
    private const int LeastLength = 16;
    private readonly byte[] _hash;

    private AccessToken(string token) => _hash = Hash(token);

    /// <summary>Reads a token from a file: its first line, without spaces around it.</summary>
    /// <exception cref="DescribedException">The file cannot be read, or the token is too short to be one.</exception>
    public static AccessToken Read(string file)
    {
        string token;
        try
        {
            using StreamReader reader = new(file, Encoding.UTF8);
            token = (reader.ReadLine() ?? "").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(file, "the token cannot be read", "name a file that this user can read by --token-file", e);
        }

        return token.Length >= LeastLength
            ? new AccessToken(token)
            : throw new DescribedException(file, $"its first line has {token.Length} letters, which is no safe token", $"write a random text of {LeastLength} letters or more there (openssl rand -hex 32)");
    }

    /// <summary>Whether a caller's word is the token.</summary>
    public bool Is(string word) => CryptographicOperations.FixedTimeEquals(_hash, Hash(word));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
